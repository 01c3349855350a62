internal import FUSE
internal import SquashFS
public import StartBundles
public import SystemPackage

/// The pages of an image's files, for its start bundle.
public struct ImagePages: PageSource {
  private let volume: Volume
  private let reader: VolumeReader

  /// Takes the pages from an image.
  public init(_ image: LoadedImage) {
    volume = image.volume
    reader = VolumeReader(volume: image.volume, content: image)
  }

  private func file(_ inode: UInt32) -> (inode: Inode, size: UInt64)? {
    guard let inode = try? volume.inode(InodePosition(rawValue: inode)),
      case .regular(let file) = inode.kind
    else { return nil }
    return (inode, file.size)
  }

  /// The size of a regular file; see ``StartBundles/PageSource``.
  public func size(of inode: UInt32) -> UInt64? { file(inode)?.size }

  /// Bytes of a file; see ``StartBundles/PageSource``.
  public func bytes(of inode: UInt32, _ range: Range<UInt64>) throws(Errno) -> [UInt8] {
    guard let file = file(inode), range.upperBound <= file.size else { throw .invalidArgument }
    return try reader.read(file.inode, at: range.lowerBound, count: range.count).copied()
  }

  /// Paths of files; see ``StartBundles/PageSource``.
  public func paths(of inodes: Set<UInt32>) throws(Errno) -> [UInt32: [UInt8]] {
    var paths: [UInt32: [UInt8]] = [:]
    // Each path with a slash at its end, but for the root's, which is empty.
    var directories: [(position: InodePosition, path: [UInt8])] = [(volume.root, [])]
    while let directory = directories.popLast(), paths.count < inodes.count {
      try checked { () throws(SquashFSError) in
        let inode = try volume.inode(directory.position)
        try volume.forEachEntry(in: inode) { entry, name in
          let isDirectory = entry.type == .directory
          guard isDirectory || inodes.contains(entry.inode.rawValue) else { return true }
          let path = directory.path + name.withUnsafeBytes { Array($0) }
          if isDirectory {
            directories.append((entry.inode, path + [UInt8(ascii: "/")]))
          } else if paths[entry.inode.rawValue] == nil {
            paths[entry.inode.rawValue] = path
          }
          return true
        }
      }
    }
    return paths
  }
}
