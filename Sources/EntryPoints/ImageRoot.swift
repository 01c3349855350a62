internal import ImageTree
internal import SquashFS
internal import StartBundles

/// The files of an image, found by their paths as a process in it finds them.
struct ImageRoot {
  /// A regular file.
  struct File {
    /// Its inode's position in the volume.
    let inode: UInt32
    /// Whether somebody may execute it.
    let isExecutable: Bool
    /// The path without links.
    let path: [UInt8]
    /// What is in it.
    let content: FileBytes
  }

  /// As many links as the kernel follows (path_resolution(7)).
  private static let mostLinks = 40
  /// How many names are looked up for one path.
  private static let mostNames = 512
  private static let longestPath = 4096

  private let volume: Volume
  private let pages: ImagePages

  /// Looks into an image.
  init(_ image: LoadedImage) {
    volume = image.volume
    pages = ImagePages(image)
  }

  /// The regular file at a path.
  ///
  /// - Parameter directory: Where paths begin that have no slash at their beginning.
  func file(at path: [UInt8], from directory: [UInt8] = []) -> File? {
    let slash = UInt8(ascii: "/")
    guard !path.isEmpty, path.count <= Self.longestPath, directory.count <= Self.longestPath,
      let root = try? volume.inode(volume.root)
    else { return nil }
    let whole = path.first == slash ? path : directory + [slash] + path
    var pending = Self.names(of: whole)
    var walked: [(name: ArraySlice<UInt8>, inode: Inode)] = []
    var (names, links) = (0, 0)
    while let name = pending.popLast() {
      names += 1
      guard names <= Self.mostNames else { return nil }
      if name.elementsEqual(".".utf8) { continue }
      if name.elementsEqual("..".utf8) {
        _ = walked.popLast()
        continue
      }
      guard let inode = child(name, of: walked.last?.inode ?? root) else { return nil }
      guard case .symbolicLink = inode.kind else {
        walked.append((name, inode))
        continue
      }
      links += 1
      guard links <= Self.mostLinks, let target = try? volume.linkTarget(of: inode) else {
        return nil
      }
      if target.first == slash { walked = [] }
      pending += Self.names(of: target)
    }
    guard let inode = walked.last?.inode else { return nil }
    return file(inode, at: walked.flatMap { [slash] + $0.name })
  }

  /// The names of a path, the last one first.
  private static func names(of path: [UInt8]) -> [ArraySlice<UInt8>] {
    path.split(separator: UInt8(ascii: "/")).reversed()
  }

  private func child(_ name: ArraySlice<UInt8>, of directory: Inode) -> Inode? {
    guard let found = try? volume.lookup(name.span.bytes, in: directory) else { return nil }
    return try? volume.inode(found.inode)
  }

  private func file(_ inode: Inode, at path: [UInt8]) -> File? {
    guard case .regular = inode.kind else { return nil }
    let position = inode.position.rawValue
    let content = FileBytes(size: inode.size) { range in
      try? pages.bytes(of: position, range)
    }
    return File(
      inode: position, isExecutable: inode.mode & 0o111 != 0, path: path, content: content)
  }
}
