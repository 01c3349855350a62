public import Linux
public import SystemPackage

/// A store's directory on a real file system.
public struct PosixDirectory: StoreDirectory {
  /// The store's directory.
  public let root: FilePath

  /// Names a directory; nothing is touched.
  public init(_ root: FilePath) { self.root = root }

  /// The path of the directory.
  public var location: String { root.string }

  private func path(_ area: StoreArea) -> FilePath {
    area == .root ? root : root.appending(area.rawValue)
  }

  private func path(_ path: StorePath) -> FilePath { self.path(path.area).appending(path.name) }

  /// See ``StoreDirectory/read(_:)``.
  public func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    let file = try OwnedDescriptor(opening: self.path(path), .noFollow)
    let size = try file.status().size
    return try file.readBytes(at: 0, count: Int(clamping: size))
  }

  /// See ``StoreDirectory/open(_:)``.
  public func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    try PosixFile(opening: self.path(path))
  }

  /// See ``StoreDirectory/create(_:)``.
  public func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    try PosixFileWriter(creating: self.path(path))
  }

  /// See ``StoreDirectory/link(_:to:)``.
  public func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try Paths.link(self.path(path), to: self.path(name))
  }

  /// See ``StoreDirectory/rename(_:to:)``.
  public func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try Paths.rename(self.path(path), to: self.path(name))
  }

  /// See ``StoreDirectory/unlink(_:)``.
  public func unlink(_ path: StorePath) throws(SystemError) {
    try Paths.unlink(self.path(path))
  }

  /// See ``StoreDirectory/makeDirectory(_:)``.
  public func makeDirectory(_ area: StoreArea) throws(SystemError) {
    do throws(SystemError) {
      try Paths.makeDirectory(path(area), mode: 0o755)
    } catch {
      if area == .root, error.errno == .fileExists { try synchronizeParent() }
      throw error
    }
    if area == .root { try synchronizeParent() }
  }

  /// Makes the name of the store's own directory durable, where this user may open its parent.
  private func synchronizeParent() throws(SystemError) {
    let parent = root.removingLastComponent()
    do throws(SystemError) {
      try Paths.synchronizeDirectory(parent.isEmpty ? "." : parent)
    } catch {
      if error.errno != .permissionDenied { throw error }
    }
  }

  /// See ``StoreDirectory/list(_:)``.
  public func list(_ area: StoreArea) throws(SystemError) -> [String] {
    try Paths.list(path(area))
  }

  /// See ``StoreDirectory/synchronize(_:)``.
  public func synchronize(_ area: StoreArea) throws(SystemError) {
    try Paths.synchronizeDirectory(path(area))
  }

  /// See ``StoreDirectory/freeSpace()``.
  public func freeSpace() throws(SystemError) -> FreeSpace {
    try FreeSpace(of: root)
  }

  /// See ``StoreDirectory/touch(_:)``.
  public func touch(_ path: StorePath) throws(SystemError) {
    let file = self.path(path)
    do throws(SystemError) {
      try Paths.touch(file)
    } catch {
      guard [.notPermitted, .permissionDenied].contains(error.errno) else { throw error }
      _ = try OwnedDescriptor(opening: file, .noFollow).readBytes(at: 0, count: 1)
    }
  }

  /// See ``StoreDirectory/mode(of:)``.
  public func mode(of area: StoreArea) throws(SystemError) -> UInt16 {
    let status = try FileStatus(of: path(area))
    guard status.kind == .directory else { throw SystemError("stat", path(area), .notDirectory) }
    return status.mode
  }

  /// See ``StoreDirectory/setLayout(_:of:)``.
  public func setLayout(_ layout: StripingPolicy.Layout, of area: StoreArea) -> LayoutOutcome {
    layout.lustre.set(on: path(area))
  }
}

private final class PosixFile: StoreFile {
  private let descriptor: OwnedDescriptor
  let size: UInt64

  init(opening path: FilePath) throws(SystemError) {
    let descriptor = try OwnedDescriptor(opening: path, .noFollow)
    size = try descriptor.status().size
    self.descriptor = descriptor
  }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
    try descriptor.readFully(into: &buffer, at: offset)
  }
}

private final class PosixFileWriter: StoreFileWriter {
  private let descriptor: OwnedDescriptor

  init(creating path: FilePath) throws(SystemError) {
    let descriptor = try OwnedDescriptor(
      opening: path, [.create, .exclusive, .writeOnly, .noFollow], mode: 0o644)
    try descriptor.setMode(0o644)
    self.descriptor = descriptor
  }

  func append(_ bytes: RawSpan) throws(SystemError) { try descriptor.writeAll(bytes) }

  func synchronize() throws(SystemError) { try descriptor.synchronize() }
}
