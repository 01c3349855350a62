import Linux
import Store
import Synchronization
import SystemPackage

/// A directory on which the n-th operation fails, once or, as if the process had died, for ever.
final class FailingDirectory: StoreDirectory {
  enum Mode: Sendable {
    /// Every operation from the n-th on fails: the process was killed.
    case dead
    /// The n-th operation alone fails, with this error.
    case once(Errno)
  }

  private let base: any StoreDirectory
  private let failingOperation: Int
  private let mode: Mode
  private let count = Mutex(0)

  init(_ base: any StoreDirectory, at failingOperation: Int, _ mode: Mode) {
    self.base = base
    self.failingOperation = failingOperation
    self.mode = mode
  }

  var location: String { base.location }

  /// How many operations were asked for.
  var operations: Int { count.withLock { $0 } }

  fileprivate func step(_ call: String) throws(SystemError) {
    let number = count.withLock { count in
      count += 1
      return count
    }
    switch mode {
    case .dead: if number >= failingOperation { throw SystemError(call, nil, .ioError) }
    case .once(let errno): if number == failingOperation { throw SystemError(call, nil, errno) }
    }
  }

  func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    try step("read")
    return try base.read(path)
  }

  func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    try step("open")
    return try base.open(path)
  }

  func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    try step("open")
    return FailingWriter(self, try base.create(path))
  }

  func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try step("link")
    try base.link(path, to: name)
  }

  func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try step("rename")
    try base.rename(path, to: name)
  }

  func unlink(_ path: StorePath) throws(SystemError) {
    try step("unlink")
    try base.unlink(path)
  }

  func makeDirectory(_ area: StoreArea) throws(SystemError) {
    try step("mkdir")
    try base.makeDirectory(area)
  }

  func list(_ area: StoreArea) throws(SystemError) -> [String] {
    try step("opendir")
    return try base.list(area)
  }

  func synchronize(_ area: StoreArea) throws(SystemError) {
    try step("fsync")
    try base.synchronize(area)
  }

  func freeSpace() throws(SystemError) -> FreeSpace { try base.freeSpace() }
}

private final class FailingWriter: StoreFileWriter {
  private let directory: FailingDirectory
  private let base: any StoreFileWriter

  init(_ directory: FailingDirectory, _ base: any StoreFileWriter) {
    self.directory = directory
    self.base = base
  }

  /// A failing write leaves half of its bytes behind, as a full disk or a kill does.
  func append(_ bytes: RawSpan) throws(SystemError) {
    do throws(SystemError) {
      try directory.step("write")
    } catch {
      try? base.append(bytes.extracting(0..<bytes.byteCount / 2))
      throw error
    }
    try base.append(bytes)
  }

  func synchronize() throws(SystemError) {
    try directory.step("fsync")
    try base.synchronize()
  }
}
