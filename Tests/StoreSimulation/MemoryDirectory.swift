public import Linux
public import Store
internal import Synchronization
internal import SystemPackage

/// A store's directory in memory, with the semantics of one on a POSIX file system.
public final class MemoryDirectory: StoreDirectory {
  final class Content: Sendable {
    let bytes: Mutex<[UInt8]>
    init(_ bytes: [UInt8] = []) { self.bytes = Mutex(bytes) }
    var count: Int { bytes.withLock { $0.count } }
  }

  private struct State {
    var areas: Set<StoreArea> = []
    var files: [StorePath: Content] = [:]
    var operations: [String] = []
    var modes: [StoreArea: UInt16] = [:]
  }

  /// What messages call it.
  public let location = "/memory"
  private let state = Mutex(State())

  /// A directory that is not there yet: not even the root area.
  public init() {}

  /// The operations so far, such as `link generations/2`.
  public var operations: [String] { state.withLock { $0.operations } }

  /// Begins ``operations`` anew.
  public func forgetOperations() { state.withLock { $0.operations = [] } }

  /// The paths of all files.
  public var paths: [StorePath] {
    state.withLock { $0.files.keys.sorted { $0.description < $1.description } }
  }

  /// Replaces a file's bytes, or removes it, behind the store's back.
  public func tamper(_ path: StorePath, _ change: (inout [UInt8]) -> Void) {
    let content = state.withLock { $0.files[path] }
    content?.bytes.withLock { change(&$0) }
  }

  /// Removes a file behind the store's back.
  public func remove(_ path: StorePath) {
    state.withLock { _ = $0.files.removeValue(forKey: path) }
  }

  /// Removes an area and everything in it behind the store's back.
  public func remove(_ area: StoreArea) {
    state.withLock { state in
      state.areas.remove(area)
      state.files = state.files.filter { $0.key.area != area }
    }
  }

  /// Sets an area's permission bits behind the store's back; copies do not keep them.
  public func setMode(of area: StoreArea, _ mode: UInt16) {
    state.withLock { $0.modes[area] = mode }
  }

  /// Makes a file of these bytes, or replaces one, behind the store's back.
  public func put(_ path: StorePath, _ bytes: [UInt8]) {
    state.withLock { $0.files[path] = Content(bytes) }
  }

  /// A file's bytes; nil when it is not there.
  public func bytes(_ path: StorePath) -> [UInt8]? {
    state.withLock { $0.files[path] }?.bytes.withLock { $0 }
  }

  /// An independent copy of everything.
  public func copy() -> MemoryDirectory {
    let (areas, files) = state.withLock { ($0.areas, $0.files) }
    return MemoryDirectory(
      areas: areas, files: files.mapValues { Content($0.bytes.withLock { $0 }) })
  }

  /// Every file's bytes, to compare directories by.
  public var contents: [StorePath: [UInt8]] {
    state.withLock { $0.files.mapValues { $0.bytes.withLock { $0 } } }
  }

  /// The areas that are there.
  public var areas: Set<StoreArea> { state.withLock { $0.areas } }

  /// The file that has a name.
  func file(_ path: StorePath) -> Content? { state.withLock { $0.files[path] } }

  /// The files by name.
  var files: [StorePath: Content] { state.withLock { $0.files } }

  /// A directory of these areas and files.
  convenience init(areas: Set<StoreArea>, files: [StorePath: Content]) {
    self.init()
    state.withLock { state in
      state.areas = areas
      state.files = files
    }
  }

  private func perform<Result>(
    _ call: String, _ subject: String,
    _ body: (inout State) -> (Result?, Errno)
  ) throws(SystemError) -> Result {
    let outcome: (Result?, Errno) = state.withLock { state in
      state.operations.append("\(call) \(subject)")
      return body(&state)
    }
    guard let result = outcome.0 else {
      throw SystemError(call, FilePath("\(location)/\(subject)"), outcome.1)
    }
    return result
  }

  private func content(_ path: StorePath) throws(SystemError) -> Content {
    try perform("open", path.description) { ($0.files[path], .noSuchFileOrDirectory) }
  }

  /// See ``StoreDirectory``.
  public func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    try content(path).bytes.withLock { $0 }
  }

  /// See ``StoreDirectory``.
  public func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    MemoryFile(try content(path))
  }

  /// See ``StoreDirectory``.
  public func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    let content = Content()
    let _: Bool = try perform("create", path.description) { state in
      guard state.areas.contains(path.area) else { return (nil, .noSuchFileOrDirectory) }
      guard state.files[path] == nil else { return (nil, .fileExists) }
      state.files[path] = content
      return (true, .fileExists)
    }
    return MemoryFileWriter(content)
  }

  /// See ``StoreDirectory``.
  public func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    let _: Bool = try perform("link", name.description) { state in
      guard let content = state.files[path] else { return (nil, .noSuchFileOrDirectory) }
      guard state.files[name] == nil else { return (nil, .fileExists) }
      state.files[name] = content
      return (true, .fileExists)
    }
  }

  /// See ``StoreDirectory``.
  public func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    let _: Bool = try perform("rename", name.description) { state in
      guard let content = state.files.removeValue(forKey: path) else {
        return (nil, .noSuchFileOrDirectory)
      }
      state.files[name] = content
      return (true, .fileExists)
    }
  }

  /// See ``StoreDirectory``.
  public func unlink(_ path: StorePath) throws(SystemError) {
    let _: Bool = try perform("unlink", path.description) { state in
      (state.files.removeValue(forKey: path).map { _ in true }, .noSuchFileOrDirectory)
    }
  }

  /// See ``StoreDirectory``.
  public func makeDirectory(_ area: StoreArea) throws(SystemError) {
    let _: Bool = try perform("mkdir", area.rawValue) { state in
      (state.areas.insert(area).inserted ? true : nil, .fileExists)
    }
  }

  /// See ``StoreDirectory``.
  public func list(_ area: StoreArea) throws(SystemError) -> [String] {
    try perform("list", area.rawValue) { state in
      guard state.areas.contains(area) else { return (nil, .noSuchFileOrDirectory) }
      var names = state.files.keys.filter { $0.area == area }.map(\.name)
      if area == .root { names += state.areas.map(\.rawValue).filter { !$0.isEmpty } }
      return (names.sorted(), .noSuchFileOrDirectory)
    }
  }

  /// See ``StoreDirectory``.
  public func synchronize(_ area: StoreArea) throws(SystemError) {
    let _: Bool = try perform("fsync", area.rawValue) { _ in (true, .ioError) }
  }

  /// See ``StoreDirectory``.
  public func freeSpace() throws(SystemError) -> FreeSpace { FreeSpace(bytes: .max, inodes: .max) }

  /// See ``StoreDirectory``; there are no times, but ``operations`` has the calls.
  public func touch(_ path: StorePath) throws(SystemError) {
    let _: Bool = try perform("touch", path.description) { state in
      (state.files[path].map { _ in true }, .noSuchFileOrDirectory)
    }
  }

  /// See ``StoreDirectory``.
  public func mode(of area: StoreArea) throws(SystemError) -> UInt16 {
    try perform("stat", area.rawValue) { state in
      (state.areas.contains(area) ? state.modes[area] ?? 0o755 : nil, .noSuchFileOrDirectory)
    }
  }
}

private final class MemoryFile: StoreFile {
  private let content: MemoryDirectory.Content
  let size: UInt64

  init(_ content: MemoryDirectory.Content) {
    self.content = content
    size = UInt64(content.bytes.withLock { $0.count })
  }

  /// See ``StoreDirectory``.
  public func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int
  {
    let bytes = content.bytes.withLock { $0 }
    let start = min(Int(offset), bytes.count)
    let count = min(buffer.byteCount, bytes.count - start)
    buffer.withUnsafeMutableBytes { $0.copyBytes(from: bytes[start..<start + count]) }
    return count
  }
}

private final class MemoryFileWriter: StoreFileWriter {
  private let content: MemoryDirectory.Content

  init(_ content: MemoryDirectory.Content) { self.content = content }

  func append(_ bytes: RawSpan) throws(SystemError) {
    let added = bytes.withUnsafeBytes { Array($0) }
    content.bytes.withLock { $0 += added }
  }

  /// See ``StoreDirectory``.
  public func synchronize() throws(SystemError) {}
}
