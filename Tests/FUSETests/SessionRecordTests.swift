import FUSE
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@Suite("The record of a session")
struct SessionRecordTests {
  @Test("is empty at first, and nothing can be resumed from it")
  func empty() throws {
    let record = try SessionRecord(try OwnedDescriptor(inMemory: "test"))
    #expect(!record.isComplete)
    #expect(throws: FUSEError.nothingToResume) {
      _ = try Session(
        resuming: try OwnedDescriptor(opening: "/dev/null", .readWrite), record,
        MemoryFileSystem())
    }
  }

  @Test("of another form is refused, and left alone")
  func otherForm() throws {
    let file = try OwnedDescriptor(inMemory: "test")
    try file.writeAll(Array("FIRNSRV9 something".utf8).span.bytes)
    #expect(throws: SystemError("read", nil, .protocolError)) {
      _ = try SessionRecord(try file.duplicate())
    }
    #expect(try file.readBytes(at: 0, count: 100) == Array("FIRNSRV9 something".utf8))
  }

  @Test("has what is needed once the mount answers", .enabled(if: canMount, "needs /dev/fuse"))
  func complete() throws {
    try withDirectory { (path) throws in
      let record = try SessionRecord(try OwnedDescriptor(inMemory: "test"))
      let session = try Session(
        MemoryFileSystem(), mountPoint: path, mount: MountOptions(fileSystemName: "x"),
        record: record)
      let ready = Latch()
      let thread = try JoinableThread { try? session.run { _ in ready.open() } }
      ready.wait()
      #expect(record.isComplete)
      #expect(try SessionRecord(try record.duplicateFile()).isComplete)
      session.stop()
      thread.join()
      #expect(try MountTable.current().top(at: path) == nil)
    }
  }

  @Test("takes the mount away that nobody serves", .enabled(if: canMount, "needs /dev/fuse"))
  func detaching() throws {
    try withDirectory { (path) throws in
      let record = try SessionRecord(try OwnedDescriptor(inMemory: "test"))
      let device: OwnedDescriptor
      do {
        let session = try Session(
          MemoryFileSystem(), mountPoint: path, mount: MountOptions(fileSystemName: "x"),
          record: record)
        device = try session.duplicateDevice()
        session.keepMount()
      }
      #expect(try MountTable.current().top(at: path) != nil)
      record.detachMount()
      #expect(try MountTable.current().top(at: path) == nil)
      _ = consume device
    }
  }
}
