public import Linux
public import Store
public import SystemPackage

/// A directory that asks before each operation, those on open files included, what shall come of
/// it: the one wrapper on which faults, schedules and counters are built.
public struct GatedDirectory: StoreDirectory {
  /// What shall come of an operation.
  public enum Verdict: Sendable {
    /// It is done.
    case proceed
    /// It fails after so much of it was done.
    case fail(Errno, after: Progress = .nothing)
    /// A read returns the first half of what it read, as if that were all; others are done.
    case readShort
  }

  /// How much of an operation is done before it fails.
  public enum Progress: Sendable {
    /// None of it.
    case nothing
    /// The first half of the bytes of an append; nothing of another operation.
    case half
    /// All of it: only the answer got lost, as may happen with NFS.
    case all
  }

  let base: any StoreDirectory
  let gate: @Sendable (StoreOperation) -> Verdict

  /// Asks the gate on the thread that does the operation; the gate may block it.
  public init(
    _ base: any StoreDirectory, gate: @escaping @Sendable (StoreOperation) -> Verdict
  ) {
    self.base = base
    self.gate = gate
  }

  /// That of the directory below.
  public var location: String { base.location }

  fileprivate func perform<Result>(
    _ operation: StoreOperation, _ body: (_ isShort: Bool) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    switch gate(operation) {
    case .proceed: return try body(false)
    case .readShort: return try body(true)
    case .fail(let errno, let progress):
      if case .all = progress { _ = try body(false) }
      throw SystemError(operation.call.systemCall, nil, errno)
    }
  }

  /// See ``StoreDirectory``.
  public func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    try perform(StoreOperation(.read, path)) { (isShort) throws(SystemError) in
      let bytes = try base.read(path)
      return isShort ? Array(bytes.prefix(bytes.count / 2)) : bytes
    }
  }

  /// See ``StoreDirectory``.
  public func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    try perform(StoreOperation(.open, path)) { (_) throws(SystemError) in
      GatedFile(directory: self, path: path, base: try base.open(path))
    }
  }

  /// See ``StoreDirectory``.
  public func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    try perform(StoreOperation(.create, path)) { (_) throws(SystemError) in
      GatedWriter(directory: self, path: path, base: try base.create(path))
    }
  }

  /// See ``StoreDirectory``.
  public func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try perform(StoreOperation(.link, name)) { (_) throws(SystemError) in
      try base.link(path, to: name)
    }
  }

  /// See ``StoreDirectory``.
  public func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try perform(StoreOperation(.rename, name)) { (_) throws(SystemError) in
      try base.rename(path, to: name)
    }
  }

  /// See ``StoreDirectory``.
  public func unlink(_ path: StorePath) throws(SystemError) {
    try perform(StoreOperation(.unlink, path)) { (_) throws(SystemError) in
      try base.unlink(path)
    }
  }

  /// See ``StoreDirectory``.
  public func makeDirectory(_ area: StoreArea) throws(SystemError) {
    try perform(StoreOperation(.makeDirectory, area)) { (_) throws(SystemError) in
      try base.makeDirectory(area)
    }
  }

  /// See ``StoreDirectory``.
  public func list(_ area: StoreArea) throws(SystemError) -> [String] {
    try perform(StoreOperation(.list, area)) { (_) throws(SystemError) in try base.list(area) }
  }

  /// See ``StoreDirectory``.
  public func synchronize(_ area: StoreArea) throws(SystemError) {
    try perform(StoreOperation(.synchronizeArea, area)) { (_) throws(SystemError) in
      try base.synchronize(area)
    }
  }

  /// See ``StoreDirectory``.
  public func freeSpace() throws(SystemError) -> FreeSpace {
    try perform(StoreOperation(.freeSpace, .root)) { (_) throws(SystemError) in
      try base.freeSpace()
    }
  }

  /// See ``StoreDirectory``.
  public func touch(_ path: StorePath) throws(SystemError) {
    try perform(StoreOperation(.touch, path)) { (_) throws(SystemError) in try base.touch(path) }
  }

  /// See ``StoreDirectory``.
  public func mode(of area: StoreArea) throws(SystemError) -> UInt16 {
    try perform(StoreOperation(.mode, area)) { (_) throws(SystemError) in
      try base.mode(of: area)
    }
  }
}

private final class GatedFile: StoreFile {
  private let directory: GatedDirectory
  private let path: StorePath
  private let base: any StoreFile

  init(directory: GatedDirectory, path: StorePath, base: any StoreFile) {
    self.directory = directory
    self.path = path
    self.base = base
  }

  var size: UInt64 { base.size }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
    switch directory.gate(StoreOperation(.readOpen, path)) {
    case .fail(let errno, _): throw SystemError("read", nil, errno)
    case .proceed: return try base.read(at: offset, into: &buffer)
    case .readShort:
      var half = [UInt8](repeating: 0, count: buffer.byteCount / 2)
      var span = half.mutableSpan
      var raw = span.mutableBytes
      let done = try base.read(at: offset, into: &raw)
      buffer.withUnsafeMutableBytes { $0.copyBytes(from: half.prefix(done)) }
      return done
    }
  }
}

private final class GatedWriter: StoreFileWriter {
  private let directory: GatedDirectory
  private let path: StorePath
  private let base: any StoreFileWriter

  init(directory: GatedDirectory, path: StorePath, base: any StoreFileWriter) {
    self.directory = directory
    self.path = path
    self.base = base
  }

  func append(_ bytes: RawSpan) throws(SystemError) {
    switch directory.gate(StoreOperation(.append, path)) {
    case .proceed, .readShort: try base.append(bytes)
    case .fail(let errno, let progress):
      switch progress {
      case .nothing: break
      case .half: try base.append(bytes.extracting(0..<bytes.byteCount / 2))
      case .all: try base.append(bytes)
      }
      throw SystemError("write", nil, errno)
    }
  }

  func synchronize() throws(SystemError) {
    try directory.perform(StoreOperation(.synchronizeFile, path)) { (_) throws(SystemError) in
      try base.synchronize()
    }
  }
}
