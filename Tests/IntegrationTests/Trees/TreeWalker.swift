import Glibc

/// Reads a directory tree, following nothing; contents are read by several threads.
struct TreeWalker {
  private var entries: [TreeEntry] = []
  private let contents = ContentReading()
  private var inodes: [Inode: [Int]] = [:]

  private struct Inode: Hashable {
    var device: UInt64
    var number: UInt64
  }

  /// Everything in a tree, its root first.
  ///
  /// - Parameter readers: How many threads read contents.
  static func entries(of root: String, readers: Int = 2) throws -> [TreeEntry] {
    var walker = TreeWalker()
    try walker.visit(PathBuffer(root), name: "")
    walker.nameHardLinks()
    try walker.contents.read(by: readers) { walker.entries[$0].content = $1 }
    return walker.entries
  }

  private mutating func visit(_ path: PathBuffer, name: String) throws {
    var status = stat()
    guard lstat(path.pointer, &status) == 0 else { throw path.failure("stat") }
    var entry = try Self.entry(name, status)
    entry.xattrs = try ExtendedAttributes.all(of: path)
    if entry.kind == .symlink { entry.content = "-> " + (try Self.target(path)) }
    let position = entries.count
    if entry.kind != .directory && status.st_nlink > 1 {
      let inode = Inode(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
      inodes[inode, default: []].append(position)
    }
    if entry.kind == .regular && entry.size > 0 { contents.add(path, for: position) }
    entries.append(entry)
    if entry.kind == .directory { try visitChildren(of: path, name: name) }
  }

  private mutating func visitChildren(of path: PathBuffer, name: String) throws {
    guard let directory = opendir(path.pointer) else { throw path.failure("opendir") }
    defer { closedir(directory) }
    let prefix = name.isEmpty ? "" : name + "/"
    errno = 0
    while let child = readdir(directory) {
      try withUnsafePointer(to: &child.pointee.d_name.0) { childName in
        if strcmp(childName, ".") == 0 || strcmp(childName, "..") == 0 { return }
        try path.appending(childName) {
          try visit(path, name: prefix + TreeEntry.printable(childName))
        }
      }
      errno = 0
    }
    guard errno == 0 else { throw path.failure("readdir") }
  }

  private static func entry(_ name: String, _ status: stat) throws -> TreeEntry {
    let kind: TreeEntry.Kind =
      switch status.st_mode & S_IFMT {
      case S_IFDIR: .directory
      case S_IFREG: .regular
      case S_IFLNK: .symlink
      case S_IFCHR: .characterDevice
      case S_IFBLK: .blockDevice
      case S_IFIFO: .fifo
      case S_IFSOCK: .socket
      default: throw SystemFailure("a file of no known kind: \(name)", EINVAL)
      }
    var entry = TreeEntry(
      path: name, kind: kind, mode: status.st_mode & 0o7777, uid: status.st_uid,
      gid: status.st_gid,
      size: kind == .regular || kind == .symlink ? UInt64(status.st_size) : 0,
      modified: Int64(status.st_mtim.tv_sec))
    if kind == .characterDevice || kind == .blockDevice {
      entry.device = parts(ofDevice: UInt64(status.st_rdev))
    }
    if kind != .directory { entry.links = UInt64(status.st_nlink) }
    return entry
  }

  /// Major and minor number, as gnu_dev_major(3) and gnu_dev_minor(3) take them apart.
  private static func parts(ofDevice device: UInt64) -> (major: UInt32, minor: UInt32) {
    let major = (device >> 8) & 0xFFF | (device >> 32) & 0xFFFF_F000
    let minor = device & 0xFF | (device >> 12) & 0xFFFF_FF00
    return (UInt32(truncatingIfNeeded: major), UInt32(truncatingIfNeeded: minor))
  }

  private static func target(_ path: PathBuffer) throws -> String {
    try withUnsafeTemporaryAllocation(of: CChar.self, capacity: 65_537) { buffer in
      guard let start = buffer.baseAddress else { return "" }
      let count = readlink(path.pointer, start, buffer.count)
      guard count >= 0 else { throw path.failure("readlink") }
      return TreeEntry.printable(UnsafeRawBufferPointer(start: start, count: count))
    }
  }

  private mutating func nameHardLinks() {
    for positions in inodes.values where positions.count > 1 {
      let first = positions.map { entries[$0].path }.min() ?? ""
      for position in positions { entries[position].firstLink = first }
    }
  }
}
