public import Linux
public import Store

/// A directory that does everything on another, but for what it does otherwise itself.
public protocol ForwardingDirectory: StoreDirectory {
  /// The other directory.
  var base: any StoreDirectory { get }
}

extension ForwardingDirectory {
  /// That of the other directory.
  public var location: String { base.location }
  /// See ``StoreDirectory``.
  public func read(_ path: StorePath) throws(SystemError) -> [UInt8] { try base.read(path) }
  /// See ``StoreDirectory``.
  public func open(_ path: StorePath) throws(SystemError) -> any StoreFile { try base.open(path) }
  /// See ``StoreDirectory``.
  public func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    try base.create(path)
  }
  /// See ``StoreDirectory``.
  public func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try base.link(path, to: name)
  }
  /// See ``StoreDirectory``.
  public func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try base.rename(path, to: name)
  }
  /// See ``StoreDirectory``.
  public func unlink(_ path: StorePath) throws(SystemError) { try base.unlink(path) }
  /// See ``StoreDirectory``.
  public func makeDirectory(_ area: StoreArea) throws(SystemError) { try base.makeDirectory(area) }
  /// See ``StoreDirectory``.
  public func list(_ area: StoreArea) throws(SystemError) -> [String] { try base.list(area) }
  /// See ``StoreDirectory``.
  public func synchronize(_ area: StoreArea) throws(SystemError) { try base.synchronize(area) }
  /// See ``StoreDirectory``.
  public func freeSpace() throws(SystemError) -> FreeSpace { try base.freeSpace() }
  /// See ``StoreDirectory``.
  public func touch(_ path: StorePath) throws(SystemError) { try base.touch(path) }
  /// See ``StoreDirectory``.
  public func mode(of area: StoreArea) throws(SystemError) -> UInt16 { try base.mode(of: area) }
}
