import FUSE
import MemoryFileSystem
import SystemPackage

/// A file system that stops its own session at the first lookup, and has nothing else.
final class StoppingFileSystem: FileSystem {
  let session = Shared<Session>()
  private let memory = MemoryFileSystem()

  func lookup(_ name: RawSpan, in parent: NodeID, caller: Caller) throws(Errno) -> Entry {
    session.value?.stop()
    throw .noSuchFileOrDirectory
  }

  func attributes(of node: NodeID, caller: Caller) throws(Errno) -> AttributesReply {
    try memory.attributes(of: node, caller: caller)
  }

  func linkTarget(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8] { throw .notSupported }

  func read(
    _ node: NodeID, at offset: UInt64, count: Int, caller: Caller
  ) throws(Errno) -> ReadReply { throw .notSupported }

  func list(
    _ node: NodeID, after cookie: UInt64, into page: inout DirectoryPage, caller: Caller
  ) throws(Errno) { throw .notSupported }

  func extendedAttribute(
    _ name: RawSpan, of node: NodeID, caller: Caller
  ) throws(Errno) -> [UInt8] { throw .noFunction }

  func extendedAttributeNames(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8] {
    throw .noFunction
  }

  func statistics(of node: NodeID, caller: Caller) throws(Errno) -> FileSystemStatistics {
    throw .notSupported
  }
}
