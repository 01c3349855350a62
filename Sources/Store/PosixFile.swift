internal import Linux
internal import Synchronization
internal import SystemPackage

/// The modes of files by area, each looked up once.
final class FileModes: Sendable {
  private let known = Mutex<[StoreArea: UInt32]>([:])

  func fileMode(in area: StoreArea, at path: FilePath) throws(SystemError) -> UInt32 {
    if let mode = known.withLock({ $0[area] }) { return mode }
    let directory = try FileStatus(of: path).mode
    let mode = StoreAccess.fileMode(inDirectoryOf: UInt32(directory))
    known.withLock { $0[area] = mode }
    return mode
  }

  func forget(_ area: StoreArea) { known.withLock { $0[area] = nil } }
}

/// A file of a store on a real file system, open for reading.
final class PosixFile: StoreFile {
  private let descriptor: OwnedDescriptor
  let size: UInt64

  init(opening path: FilePath) throws(SystemError) {
    // Anybody may leave things in leases/: a fifo must hold up nobody.
    let descriptor = try OwnedDescriptor(opening: path, [.noFollow, .nonBlocking])
    let status = try descriptor.status()
    guard status.kind == .regular else { throw SystemError("open", path, .invalidArgument) }
    size = status.size
    self.descriptor = descriptor
  }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
    try descriptor.readFully(into: &buffer, at: offset)
  }
}

/// A file of a store on a real file system, being written.
final class PosixFileWriter: StoreFileWriter {
  private let descriptor: OwnedDescriptor

  init(creating path: FilePath, mode: UInt32) throws(SystemError) {
    let descriptor = try OwnedDescriptor(
      opening: path, [.create, .exclusive, .writeOnly, .noFollow], mode: mode)
    try descriptor.setMode(mode)
    self.descriptor = descriptor
  }

  func append(_ bytes: RawSpan) throws(SystemError) { try descriptor.writeAll(bytes) }

  func synchronize() throws(SystemError) { try descriptor.synchronize() }
}
