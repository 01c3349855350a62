import FileTree
import Glibc
import SquashFS

@_silgen_name("llistxattr")
private func llistxattr(_ path: UnsafePointer<CChar>, _ list: UnsafeMutableRawPointer?, _ size: Int)
  -> Int
@_silgen_name("lgetxattr")
private func lgetxattr(
  _ path: UnsafePointer<CChar>, _ name: UnsafePointer<CChar>, _ value: UnsafeMutableRawPointer?,
  _ size: Int
) -> Int

/// Compares a volume with a directory of the running system: a source tree or a kernel mount.
struct TreeComparison {
  /// What the directory is.
  enum Peer {
    /// What an image was made from: numbers and directory sizes are the file system's own.
    case source
    /// The kernel's view of the same image: everything is equal.
    case kernel
  }

  let volume: Volume
  let reader: BlockReader
  let peer: Peer
  /// Whether the image was made with extended attributes.
  var hasXattrs = true
  /// Paths, relative to the root, that the image does not have.
  var missing: Set<String> = []
  /// How many inodes were compared, by names.
  private(set) var count = 0
  private(set) var differences: [String] = []
  /// Which inode number of the peer is which of the volume, to compare hard links.
  private var numbers: [ino_t: UInt32] = [:]

  init(_ volume: Volume, _ blob: any Blob, _ peer: Peer) {
    self.volume = volume
    self.peer = peer
    reader = BlockReader(volume, blob)
  }

  /// Compares everything below a directory; afterwards ``differences`` says what is not equal.
  mutating func compare(with directory: String) throws {
    try compare(Array(directory.utf8), "", volume.inode(volume.root))
  }

  private mutating func compare(_ path: [UInt8], _ shown: String, _ inode: Inode) throws {
    count += 1
    var status = stat()
    let found = path.withCString { lstat($0, &status) }
    guard found == 0 else { return note(shown, "is not there") }
    compare(status, inode, shown)
    try compareXattrs(path, inode, shown)
    switch inode.kind {
    case .directory: try compareEntries(path, inode, shown)
    case .regular: try compareContent(path, inode, shown)
    case .symbolicLink:
      let target = path.withCString { path in
        Array<UInt8>(unsafeUninitializedCapacity: 5000) { buffer, count in
          count = buffer.withMemoryRebound(to: CChar.self) { characters in
            max(0, characters.baseAddress.map { readlink(path, $0, 5000) } ?? 0)
          }
        }
      }
      check(try volume.linkTarget(of: inode) == target, shown, "target")
    case .blockDevice(let number), .characterDevice(let number):
      let device = status.st_rdev
      let (major, minor) = (device >> 8 & 0xFFF, device & 0xFF | device >> 12 & 0xF_FF00)
      check(major == number.major && minor == number.minor, shown, "device number \(number)")
    case .fifo, .socket: break
    }
  }

  private mutating func compare(_ status: stat, _ inode: Inode, _ shown: String) {
    let types: [EntryType: mode_t] = [
      .directory: S_IFDIR, .regular: S_IFREG, .symbolicLink: S_IFLNK, .blockDevice: S_IFBLK,
      .characterDevice: S_IFCHR, .fifo: S_IFIFO, .socket: S_IFSOCK,
    ]
    check(status.st_mode & S_IFMT == types[inode.type], shown, "type \(inode.type)")
    check(status.st_mode & 0o7777 == inode.mode, shown, "mode \(inode.mode)")
    check(status.st_uid == inode.uid, shown, "uid \(inode.uid)")
    check(status.st_gid == inode.gid, shown, "gid \(inode.gid)")
    check(status.st_mtim.tv_sec == inode.mtime, shown, "mtime \(inode.mtime)")
    if peer == .kernel {
      check(status.st_ino == inode.number, shown, "number \(inode.number)")
      check(status.st_nlink == inode.links, shown, "links \(inode.links)")
      check(status.st_size == inode.size, shown, "size \(inode.size)")
    } else if inode.type != .directory {
      check(status.st_nlink == inode.links, shown, "links \(inode.links)")
      check(status.st_size == inode.size, shown, "size \(inode.size)")
    }
    if let known = numbers[status.st_ino] {
      check(known == inode.number, shown, "hard link group")
    }
    numbers[status.st_ino] = inode.number
  }

  private mutating func check(_ isEqual: Bool, _ shown: String, _ what: String) {
    if !isEqual { note(shown, what) }
  }

  private mutating func note(_ shown: String, _ what: String) {
    differences.append("/\(shown): \(what)")
  }
}

// MARK: - Directories

extension TreeComparison {
  private mutating func compareEntries(
    _ path: [UInt8], _ inode: Inode, _ shown: String
  ) throws {
    var names: [[UInt8]] = []
    var entries: [DirectoryEntry] = []
    try volume.forEachEntry(in: inode) { entry, name in
      names.append(name.withUnsafeBytes { Array($0) })
      entries.append(entry)
      return true
    }
    let expected = list(path).filter { !missing.contains(join(shown, $0)) }
    check(names == expected, shown, "entries \(names.count), not \(expected.count)")
    for (entry, name) in zip(entries, names) {
      let found = try volume.lookup(bytes: name, in: inode)
      check(found == entry, shown, "lookup of \(String(decoding: name, as: UTF8.self))")
      let child = try volume.inode(entry.inode)
      check(child.type == entry.type && child.number == entry.number, shown, "entry")
      try compare(path + [UInt8(ascii: "/")] + name, join(shown, name), child)
    }
  }

  private func join(_ shown: String, _ name: [UInt8]) -> String {
    (shown.isEmpty ? "" : shown + "/") + String(decoding: name, as: UTF8.self)
  }

  /// The names in a directory of the system, ordered by bytes.
  private func list(_ path: [UInt8]) -> [[UInt8]] {
    guard let stream = path.withCString({ opendir($0) }) else { return [] }
    defer { closedir(stream) }
    var names: [[UInt8]] = []
    while let entry = readdir(stream) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      if name != [46], name != [46, 46] { names.append(name) }
    }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

// MARK: - Content and extended attributes

extension TreeComparison {
  private mutating func compareContent(_ path: [UInt8], _ inode: Inode, _ shown: String) throws {
    let descriptor = path.withCString { open($0, O_RDONLY) }
    defer { close(descriptor) }
    // A piece that does not fit the blocks, so that reads cross their borders.
    let piece = Int(min(inode.size + 1, 300_007))
    var ours = [UInt8](repeating: 0xAA, count: piece)
    var theirs = [UInt8](repeating: 0x55, count: piece)
    var offset: UInt64 = 0
    while true {
      let count = try reader.read(inode, at: offset, into: &ours)
      let expected = pread(descriptor, &theirs, theirs.count, off_t(offset))
      guard count == expected, memcmp(ours, theirs, count) == 0 else {
        return note(shown, "content from \(offset) on")
      }
      if count == 0 { return }
      offset += UInt64(count)
    }
  }

  private mutating func compareXattrs(_ path: [UInt8], _ inode: Inode, _ shown: String) throws {
    let ours = try volume.xattrs(of: inode).sorted { $0.name < $1.name }
    guard hasXattrs else { return check(ours.isEmpty, shown, "extended attributes") }
    let theirs = xattrs(path)
    check(ours == theirs, shown, "extended attributes \(ours.map(\.name)), \(theirs.map(\.name))")
    for attribute in theirs {
      let value = try volume.xattr(bytes: attribute.name.bytes, of: inode)
      check(value == attribute.value, shown, "value of \(attribute.name)")
    }
    let absent = try volume.xattr(bytes: Array("user.none".utf8), of: inode)
    check(absent == nil, shown, "an attribute that is not there")
  }

  private func xattrs(_ path: [UInt8]) -> [ExtendedAttribute] {
    guard path.withCString({ llistxattr($0, nil, 0) }) > 0 else { return [] }
    var names = [UInt8](repeating: 0, count: 65536)
    let count = path.withCString { llistxattr($0, &names, names.count) }
    let list = names.prefix(max(0, count)).split(separator: 0).map { Array($0) }
    return list.sorted { $0.lexicographicallyPrecedes($1) }.map { name in
      var value = [UInt8](repeating: 0, count: 65536)
      let size = path.withCString { path in name.withCString { lgetxattr(path, $0, &value, 65536) }
      }
      return ExtendedAttribute(name: ByteString(name), value: Array(value.prefix(max(0, size))))
    }
  }
}

extension [UInt8] {
  /// Lends the bytes as a C string to a closure.
  fileprivate func withCString<Result>(_ body: (UnsafePointer<CChar>) throws -> Result) rethrows
    -> Result
  {
    try (map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { characters in
      guard let start = characters.baseAddress else { preconditionFailure("an array is not empty") }
      return try body(start)
    }
  }
}
