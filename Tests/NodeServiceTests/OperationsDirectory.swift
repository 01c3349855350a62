import Linux
import Store
import StoreSimulation
import Synchronization

/// A directory that notes each operation that takes a path, as `list generations`, and each read of
/// an open file, as `pread packs`.
struct OperationsDirectory: ForwardingDirectory {
  private final class Notes: Sendable {
    let operations = Mutex<[String]>([])
  }

  let base: any StoreDirectory
  private let notes = Notes()

  init(_ base: any StoreDirectory) { self.base = base }

  /// What was done so far.
  var operations: [String] { notes.operations.withLock { $0 } }

  private func note(_ text: String) { notes.operations.withLock { $0.append(text) } }

  func read(_ path: StorePath) throws(SystemError) -> [UInt8] {
    note("read \(path)")
    return try base.read(path)
  }

  func open(_ path: StorePath) throws(SystemError) -> any StoreFile {
    note("open \(path)")
    return File(base: try base.open(path), area: path.area, directory: self)
  }

  func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    note("create \(path.area.rawValue)")
    return try base.create(path)
  }

  func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    note("rename \(path.area.rawValue)")
    try base.rename(path, to: name)
  }

  func unlink(_ path: StorePath) throws(SystemError) {
    note("unlink \(path.area.rawValue)")
    try base.unlink(path)
  }

  func list(_ area: StoreArea) throws(SystemError) -> [String] {
    note("list \(area.rawValue)")
    return try base.list(area)
  }

  func synchronize(_ area: StoreArea) throws(SystemError) {
    note("synchronize \(area.rawValue)")
    try base.synchronize(area)
  }

  func mode(of area: StoreArea) throws(SystemError) -> UInt16 {
    note("mode \(area.rawValue)")
    return try base.mode(of: area)
  }

  func touch(_ path: StorePath) throws(SystemError) {
    note("touch \(path)")
    try base.touch(path)
  }

  private final class File: StoreFile {
    let base: any StoreFile
    let area: StoreArea
    let directory: OperationsDirectory

    init(base: any StoreFile, area: StoreArea, directory: OperationsDirectory) {
      (self.base, self.area, self.directory) = (base, area, directory)
    }

    var size: UInt64 { base.size }

    func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
      directory.note("pread \(area.rawValue)")
      return try base.read(at: offset, into: &buffer)
    }
  }
}
