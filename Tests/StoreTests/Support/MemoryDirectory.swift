import Linux
import Store
import Synchronization
import SystemPackage

/// A store's directory in memory, with the semantics of one on a POSIX file system.
final class MemoryDirectory: StoreDirectory {
  final class Content: Sendable {
    let bytes = Mutex<[UInt8]>([])
  }

  private struct State {
    var areas: Set<StoreArea> = []
    var files: [StorePath: Content] = [:]
    var operations: [String] = []
  }

  let location = "/memory"
  private let state = Mutex(State())

  /// The operations so far, such as `link generations/2`.
  var operations: [String] { state.withLock { $0.operations } }

  func forgetOperations() { state.withLock { $0.operations = [] } }

  /// The paths of all files.
  var paths: [StorePath] {
    state.withLock { $0.files.keys.sorted { $0.description < $1.description } }
  }

  /// Replaces a file's bytes, or removes it, behind the store's back.
  func tamper(_ path: StorePath, _ change: (inout [UInt8]) -> Void) {
    let content = state.withLock { $0.files[path] }
    content?.bytes.withLock { change(&$0) }
  }

  func remove(_ path: StorePath) { state.withLock { _ = $0.files.removeValue(forKey: path) } }

  func bytes(_ path: StorePath) -> [UInt8]? {
    state.withLock { $0.files[path] }?.bytes.withLock { $0 }
  }

  /// An independent copy of everything.
  func copy() -> MemoryDirectory {
    let copy = MemoryDirectory()
    let files = state.withLock { ($0.areas, $0.files) }
    copy.state.withLock { state in
      state.areas = files.0
      for (path, content) in files.1 {
        let duplicate = Content()
        let bytes = content.bytes.withLock { $0 }
        duplicate.bytes.withLock { $0 = bytes }
        state.files[path] = duplicate
      }
    }
    return copy
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

  func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    try content(path).bytes.withLock { $0 }
  }

  func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    MemoryFile(try content(path))
  }

  func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    let content = Content()
    let _: Bool = try perform("create", path.description) { state in
      guard state.areas.contains(path.area) else { return (nil, .noSuchFileOrDirectory) }
      guard state.files[path] == nil else { return (nil, .fileExists) }
      state.files[path] = content
      return (true, .fileExists)
    }
    return MemoryFileWriter(content)
  }

  func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    let _: Bool = try perform("link", name.description) { state in
      guard let content = state.files[path] else { return (nil, .noSuchFileOrDirectory) }
      guard state.files[name] == nil else { return (nil, .fileExists) }
      state.files[name] = content
      return (true, .fileExists)
    }
  }

  func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    let _: Bool = try perform("rename", name.description) { state in
      guard let content = state.files.removeValue(forKey: path) else {
        return (nil, .noSuchFileOrDirectory)
      }
      state.files[name] = content
      return (true, .fileExists)
    }
  }

  func unlink(_ path: StorePath) throws(SystemError) {
    let _: Bool = try perform("unlink", path.description) { state in
      (state.files.removeValue(forKey: path).map { _ in true }, .noSuchFileOrDirectory)
    }
  }

  func makeDirectory(_ area: StoreArea) throws(SystemError) {
    let _: Bool = try perform("mkdir", area.rawValue) { state in
      (state.areas.insert(area).inserted ? true : nil, .fileExists)
    }
  }

  func list(_ area: StoreArea) throws(SystemError) -> [String] {
    try perform("list", area.rawValue) { state in
      guard state.areas.contains(area) else { return (nil, .noSuchFileOrDirectory) }
      var names = state.files.keys.filter { $0.area == area }.map(\.name)
      if area == .root { names += state.areas.map(\.rawValue).filter { !$0.isEmpty } }
      return (names.sorted(), .noSuchFileOrDirectory)
    }
  }

  func synchronize(_ area: StoreArea) throws(SystemError) {
    let _: Bool = try perform("fsync", area.rawValue) { _ in (true, .ioError) }
  }

  func freeSpace() throws(SystemError) -> FreeSpace { FreeSpace(bytes: .max, inodes: .max) }
}

private final class MemoryFile: StoreFile {
  private let content: MemoryDirectory.Content
  let size: UInt64

  init(_ content: MemoryDirectory.Content) {
    self.content = content
    size = UInt64(content.bytes.withLock { $0.count })
  }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
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

  func synchronize() throws(SystemError) {}
}
