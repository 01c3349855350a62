import Digests
import Dispatch
import Glibc

/// Reads a directory tree, following nothing; contents are read by several threads.
struct TreeWalker {
  private var entries: [TreeEntry] = []
  /// Where the regular files are that have content, and their positions in `entries`.
  private var files: [(position: Int, path: [CChar])] = []
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
    try walker.visit(Array(root.utf8CString), name: [], depth: 0)
    walker.nameHardLinks()
    try walker.readContents(readers)
    return walker.entries
  }

  private mutating func visit(_ path: [CChar], name: [UInt8], depth: Int) throws {
    var status = stat()
    guard lstat(path, &status) == 0 else { throw Self.failure("stat", path) }
    var entry = try Self.entry(name, status)
    entry.xattrs = try ExtendedAttributes.all(of: path)
    if entry.kind == .symlink { entry.content = "-> " + (try Self.target(path)) }
    let position = entries.count
    if entry.kind != .directory && status.st_nlink > 1 {
      let inode = Inode(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
      inodes[inode, default: []].append(position)
    }
    if entry.kind == .regular && entry.size > 0 { files.append((position, path)) }
    entries.append(entry)
    guard entry.kind == .directory else { return }
    for child in try Self.names(path) {
      let separator = name.isEmpty ? [] : [UInt8(ascii: "/")]
      try visit(
        path.dropLast() + [CChar(UInt8(ascii: "/"))] + child.map { CChar(bitPattern: $0) } + [0],
        name: name + separator + child, depth: depth + 1)
    }
  }

  private static func entry(_ name: [UInt8], _ status: stat) throws -> TreeEntry {
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
      path: TreeEntry.printable(name), kind: kind, mode: status.st_mode & 0o7777,
      uid: status.st_uid, gid: status.st_gid,
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

  private static func names(_ path: [CChar]) throws -> [[UInt8]] {
    guard let directory = opendir(path) else { throw failure("opendir", path) }
    defer { closedir(directory) }
    var names: [[UInt8]] = []
    errno = 0
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { $0.prefix { $0 != 0 }.map { $0 } }
      if name != [0x2E] && name != [0x2E, 0x2E] { names.append(name) }
      errno = 0
    }
    guard errno == 0 else { throw failure("readdir", path) }
    return names.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func target(_ path: [CChar]) throws -> String {
    var buffer = [CChar](repeating: 0, count: 65_537)
    let count = readlink(path, &buffer, buffer.count)
    guard count >= 0 else { throw failure("readlink", path) }
    return TreeEntry.printable(buffer[..<count].map { UInt8(bitPattern: $0) })
  }

  private mutating func nameHardLinks() {
    for positions in inodes.values where positions.count > 1 {
      let first = positions.map { entries[$0].path }.min() ?? ""
      for position in positions { entries[position].firstLink = first }
    }
  }

  private mutating func readContents(_ readers: Int) throws {
    let files = files
    let results = ContentResults(count: files.count)
    DispatchQueue.concurrentPerform(iterations: max(readers, 1)) { _ in
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while let index = results.next() {
        results.set(index, Result { try Self.checksum(files[index].path, &buffer) })
      }
    }
    for (index, file) in files.enumerated() {
      entries[file.position].content = try results[index].get()
    }
  }

  private static func checksum(_ path: [CChar], _ buffer: inout [UInt8]) throws -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw failure("open", path) }
    defer { close(file) }
    var chain: [UInt8] = []
    var filled = 0
    while true {
      let room = buffer.count - filled
      let count = buffer.withUnsafeMutableBytes {
        read(file, $0.baseAddress?.advanced(by: filled), room)
      }
      guard count >= 0 else { throw failure("read", path) }
      filled += count
      if count == 0 || filled == buffer.count {
        chain += Checksum.of(buffer.span.extracting(..<filled).bytes).bytes
        filled = 0
      }
      if count == 0 { return Checksum.of(chain.span.bytes).hex }
    }
  }

  private static func failure(_ call: String, _ path: [CChar]) -> SystemFailure {
    let code = errno
    let name = TreeEntry.printable(path.dropLast().map { UInt8(bitPattern: $0) })
    return SystemFailure("\(call) of \(name)", code)
  }
}

/// Where threads take files from and leave their checksums.
private final class ContentResults: @unchecked Sendable {
  private var mutex = pthread_mutex_t()
  private var taken = 0
  private var results: [Result<String, any Error>]

  init(count: Int) {
    pthread_mutex_init(&mutex, nil)
    results = Array(repeating: .success(""), count: count)
  }

  func next() -> Int? {
    pthread_mutex_lock(&mutex)
    defer { pthread_mutex_unlock(&mutex) }
    guard taken < results.count else { return nil }
    taken += 1
    return taken - 1
  }

  func set(_ index: Int, _ result: Result<String, any Error>) {
    pthread_mutex_lock(&mutex)
    results[index] = result
    pthread_mutex_unlock(&mutex)
  }

  subscript(index: Int) -> Result<String, any Error> { results[index] }
}
