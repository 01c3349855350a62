import FUSE
import Glibc
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@Suite("A mount", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct MountTests {
  private func entry(at path: FilePath) throws -> MountTableEntry? {
    try MountTable.current().top(at: path)
  }

  @Test("has the options that were asked for")
  func options() throws {
    try withMounted(MemoryFileSystem(), MountOptions(fileSystemName: "a, b")) { (mounted) throws in
      let entry = try #require(try entry(at: mounted.path))
      #expect(entry.type == "fuse.firn")
      #expect(entry.source == "a, b")
      for option in ["ro", "nosuid", "nodev"] { #expect(entry.options.contains(option)) }
    }
  }

  @Test(
    "is gone when the session is stopped, however its threads are arranged",
    arguments: [
      SessionOptions.Threads.one, .pool(limit: 1, idle: 1, clonedDescriptors: false),
      .pool(limit: 8, idle: 4, clonedDescriptors: true),
    ])
  func stopping(threads: SessionOptions.Threads) throws {
    var options = SessionOptions()
    options.threads = threads
    try withMounted(MemoryFileSystem(), options: options) { (mounted) throws in
      #expect(try entry(at: mounted.path) != nil)
      mounted.session.stop()
      try mounted.end()
      #expect(try entry(at: mounted.path) == nil)
    }
  }

  @Test("that is in use is gone all the same, and its users get an error")
  func stoppingWhileBusy() throws {
    let fileSystem = MemoryFileSystem()
    fileSystem.add("file", .zeros(100_000))
    try withMounted(fileSystem) { (mounted) throws in
      let file = try OwnedDescriptor(opening: mounted.path.appending("file"))
      mounted.session.stop()
      try mounted.end()
      #expect(try entry(at: mounted.path) == nil)
      #expect(throws: SystemError.self) { try file.readBytes(at: 50_000, count: 10) }
    }
  }

  @Test("may be stopped from a thread that answers a request")
  func stoppingFromRequest() throws {
    let fileSystem = StoppingFileSystem()
    try withMounted(fileSystem) { (mounted) throws in
      fileSystem.session.set(mounted.session)
      _ = try? FileStatus(of: mounted.path.appending("anything"))
      try mounted.end()
      #expect(try entry(at: mounted.path) == nil)
    }
  }

  @Test("ends its session without an error when somebody unmounts it")
  func unmounting() throws {
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      try output(of: "umount", mounted.path.string)
      try mounted.end()
    }
  }

  @Test("leaves a later mount at the same place alone")
  func laterMount() throws {
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      try output(of: "umount", mounted.path.string)
      try output(of: "mount", "-t", "tmpfs", "later", mounted.path.string)
      try mounted.end()
      #expect(try entry(at: mounted.path)?.source == "later")
      try output(of: "umount", mounted.path.string)
    }
  }

  @Test("is gone when its session is never run")
  func neverRun() throws {
    try withDirectory { (path) throws in
      do {
        let session = try Session(
          MemoryFileSystem(), mountPoint: path, mount: MountOptions(fileSystemName: "x"))
        #expect(try entry(at: session.mountPoint) != nil)
      }
      #expect(try entry(at: path) == nil)
    }
  }

  @Test("whose session was stopped before it runs is not served, and no session runs twice")
  func order() throws {
    try withDirectory { (path) throws in
      let session = try Session(
        MemoryFileSystem(), mountPoint: path, mount: MountOptions(fileSystemName: "x"))
      session.stop()
      try session.run { _ in Issue.record("it is not ready") }
      #expect(try entry(at: path) == nil)
    }
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      #expect(throws: FUSEError.alreadyRun(mounted.path)) { try mounted.session.run() }
      #expect(try entry(at: mounted.path) != nil)
    }
  }

  @Test("by root has the readahead that was asked for")
  func readahead() throws {
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      let readiness = try #require(mounted.readiness)
      #expect(readiness.readaheadFailure == nil)
      let entry = try #require(try entry(at: mounted.path))
      let bdi = try output(
        of: "cat", "/sys/class/bdi/\(entry.major):\(entry.minor)/read_ahead_kb")
      #expect(bdi == "1024\n")
    }
  }

  @Test("shows itself to others only when that was asked for", arguments: [true, false])
  func others(allowOther: Bool) throws {
    var options = MountOptions(fileSystemName: "test")
    options.allowOther = allowOther
    try withMounted(MemoryFileSystem(), options) { (mounted) throws in
      let child = try ChildProcess(
        running: "setpriv",
        ["--reuid", "54321", "--clear-groups", "ls", mounted.path.string])
      #expect((child.exitStatus == 0) == allowOther)
    }
  }

  @Test("is read-only")
  func readOnly() throws {
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      let error = #expect(throws: SystemError.self) {
        try Paths.makeDirectory(mounted.path.appending("new"))
      }
      #expect(error?.errno == .readOnlyFileSystem)
    }
  }
}
