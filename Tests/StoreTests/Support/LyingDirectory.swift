import Digests
import Linux
import Store
import SystemPackage

/// A directory that links and then says that it did not, as NFS may, or refuses to link at all.
struct LyingDirectory: StoreDirectory {
  let base: any StoreDirectory
  let refusal: Errno?

  init(_ base: any StoreDirectory, refusal: Errno? = nil) {
    self.base = base
    self.refusal = refusal
  }

  var location: String { base.location }

  func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    if let refusal { throw SystemError("link", nil, refusal) }
    try base.link(path, to: name)
    throw SystemError("link", nil, .fileExists)
  }

  func read(_ path: StorePath) throws(SystemError) -> [UInt8] { try base.read(path) }
  func open(_ path: StorePath) throws(SystemError) -> any StoreFile { try base.open(path) }
  func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
    try base.create(path)
  }
  func rename(_ path: StorePath, to name: StorePath) throws(SystemError) {
    try base.rename(path, to: name)
  }
  func unlink(_ path: StorePath) throws(SystemError) { try base.unlink(path) }
  func makeDirectory(_ area: StoreArea) throws(SystemError) { try base.makeDirectory(area) }
  func list(_ area: StoreArea) throws(SystemError) -> [String] { try base.list(area) }
  func synchronize(_ area: StoreArea) throws(SystemError) { try base.synchronize(area) }
  func freeSpace() throws(SystemError) -> FreeSpace { try base.freeSpace() }
}

/// Some digest.
func testDigest(_ number: UInt8) -> SHA256Digest { SHA256Digest.of([number].span.bytes) }
