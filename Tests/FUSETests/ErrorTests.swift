import FUSE
import Failures
import Glibc
import Linux
import MemoryFileSystem
import SystemPackage
import Testing

@Suite("A mount that cannot be", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
struct ErrorTests {
  /// Tries to mount and returns the error.
  private func refusal(at path: FilePath) -> FUSEError? {
    #expect(throws: FUSEError.self) {
      try Session(MemoryFileSystem(), mountPoint: path, mount: MountOptions(fileSystemName: "x"))
    }
  }

  @Test("names the mount point that does not exist")
  func missing() throws {
    try withDirectory { (path) throws in
      #expect(refusal(at: path.appending("no")) == .mountPointMissing(path.appending("no")))
      let deep = path.appending("no").appending("deeper")
      #expect(refusal(at: deep) == .mountPointMissing(deep))
    }
  }

  @Test("names the mount point that is no directory")
  func notDirectory() throws {
    try withDirectory { (path) throws in
      let file = path.appending("file")
      _ = try OwnedDescriptor(opening: file, [.create, .writeOnly])
      #expect(refusal(at: file) == .mountPointNotDirectory(file))
      let below = file.appending("below")
      #expect(refusal(at: below) == .mountPointNotDirectory(below))
    }
  }

  @Test("says what is mounted there, also through a link")
  func inUse() throws {
    try withMounted(MemoryFileSystem()) { (mounted) throws in
      let expected = FUSEError.mountPointInUse(mounted.path, type: "fuse.firn", source: "test")
      #expect(refusal(at: mounted.path) == expected)
    }
    try withDirectory { (path) throws in
      let link = path.appending("link")
      try Paths.symbolicLink(link, pointingTo: "/proc")
      #expect(refusal(at: link) == .mountPointInUse(link, type: "proc", source: "proc"))
    }
  }

  @Test("sees a mount whose server was killed, which can then be detached")
  func dead() throws {
    try withDirectory { (path) throws in
      let outcome = try Server.start(path.string)
      guard case .ready(let process) = outcome else {
        Issue.record("the server did not start: \(outcome)")
        return
      }
      kill(process, SIGKILL)
      var status: Int32 = 0
      waitpid(process, &status, 0)
      #expect(refusal(at: path) == .mountPointDead(path))
      try Mounts.detach(path)
      #expect(try MountTable.current().top(at: path) == nil)
      try withMountedAgain(path)
    }
  }

  private func withMountedAgain(_ path: FilePath) throws {
    let mounted = try Mounted(
      MemoryFileSystem(), at: path, MountOptions(fileSystemName: "again"), SessionOptions())
    #expect(try Paths.list(path).isEmpty)
    mounted.session.stop()
    try mounted.end()
  }

  @Test("without the right to mount says so")
  func notPermitted() throws {
    try withDirectory { (path) throws in
      let child = try ChildProcess(
        running: "setpriv",
        ["--bounding-set", "-sys_admin", Server.program.string, path.string])
      #expect(child.exitStatus == 1)
      #expect(child.output.contains("CAP_SYS_ADMIN is needed"))
    }
  }

  @Test("without /dev/fuse says so")
  func deviceMissing() throws {
    try withDirectory { (path) throws in
      let child = try ChildProcess(
        running: "unshare",
        [
          "-m", "sh", "-c", "mount -t tmpfs none /dev && exec \"$@\"", "sh",
          Server.program.string, path.string,
        ])
      #expect(child.output.contains("this machine offers no FUSE"))
    }
  }

  @Test(
    "has a sentence, a stable code and a next step in every case",
    arguments: [
      .deviceMissing(SystemError("open", "/dev/fuse", .noSuchFileOrDirectory)),
      .deviceNotPermitted(SystemError("open", "/dev/fuse", .permissionDenied)),
      .mountPointMissing("/m"), .mountPointNotDirectory("/m"),
      .mountPointInUse("/m", type: "tmpfs", source: "none"), .mountPointDead("/m"),
      .mountPointNotPermitted("/m", cause: "c"), .programMissing, .allowOtherRefused,
      .sessionFailed("/m", cause: "c"),
    ] as [FUSEError])
  func sentences(error: FUSEError) {
    let failure = error.failure
    #expect(failure.nextStep != nil)
    #expect([.mountPoint, .fuseUnavailable].contains(failure.code))
    #expect(!failure.sentence.hasSuffix("."))
  }
}
