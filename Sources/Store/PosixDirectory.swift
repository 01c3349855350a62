public import Linux
public import SystemPackage

/// A store's directory on a real file system.
public struct PosixDirectory: StoreDirectory {
  /// The store's directory.
  public let root: FilePath
  private let modes = FileModes()

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
    let mode = try modes.fileMode(in: path.area, at: self.path(path.area))
    return try PosixFileWriter(creating: self.path(path), mode: mode)
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

  /// See ``StoreDirectory/setAccess(_:of:)``.
  ///
  /// Reads the mode back: the kernel silently leaves the set-group-id bit out for who is not in the
  /// group, and files would then get another group.
  public func setAccess(_ access: StoreAccess, of area: StoreArea) throws(SystemError) {
    let place = path(area)
    let mode = access.mode(of: area)
    modes.forget(area)
    if access.readers == .group, let group = access.group { try Paths.setGroup(place, group) }
    if UInt32(try FileStatus(of: place).mode) == mode { return }
    try Paths.setMode(place, mode)
    guard UInt32(try FileStatus(of: place).mode) == mode else {
      throw SystemError("chmod", place, .notPermitted)
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
