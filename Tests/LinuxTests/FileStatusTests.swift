import Glibc
import Linux
import SystemPackage
import Testing

@Suite("The status of files")
struct FileStatusTests {
  @Test("has size, mode, owner and time")
  func regular() throws {
    let scratch = try ScratchDirectory()
    let path = try scratch.write("file", [UInt8](repeating: 1, count: 10_000))
    try Paths.setMode(path, 0o640)
    let status = try FileStatus(of: path)
    #expect(status.kind == .regular)
    #expect(status.size == 10_000)
    #expect(status.mode == 0o640)
    #expect(status.uid == geteuid())
    #expect(status.gid == getegid() || status.gid > 0)
    #expect(status.links == 1)
    #expect(abs(status.modified - WallClock.seconds()) < 120)
    let touched = try ChildProcess(running: "touch", ["-a", "-d", "@1000000", path.string])
    #expect(touched.exitStatus == 0)
    #expect(try FileStatus(of: path).accessed == 1_000_000)
    try Paths.touch(path)
    #expect(abs(try FileStatus(of: path).accessed - WallClock.seconds()) < 120)
    #expect(try FileStatus(of: path).modified == status.modified)
    let opened = try OwnedDescriptor(opening: path).status()
    #expect(opened.size == status.size && opened.modified == status.modified)
  }

  @Test("tells kinds of file, and follows links only when asked to")
  func kinds() throws {
    let scratch = try ScratchDirectory()
    let file = try scratch.write("file", [])
    let link = scratch.path.appending("link")
    try Paths.symbolicLink(link, pointingTo: file)
    #expect(try FileStatus(of: scratch.path).kind == .directory)
    #expect(try FileStatus(of: link).kind == .regular)
    #expect(try FileStatus(of: link, followingLinks: false).kind == .symbolicLink)
    #expect(try FileStatus(of: "/dev/null").kind == .other)
  }

  @Test("of what is not there says so")
  func missing() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path.appending("missing")
    #expect(throws: SystemError("stat", path, .noSuchFileOrDirectory)) {
      _ = try FileStatus(of: path)
    }
    #expect(throws: SystemError("lstat", path, .noSuchFileOrDirectory)) {
      _ = try FileStatus(of: path, followingLinks: false)
    }
  }

  @Test("counts what a sparse file takes, not what it shows")
  func sparse() throws {
    let scratch = try ScratchDirectory()
    let path = scratch.path.appending("sparse")
    let last: [UInt8] = [1]
    try OwnedDescriptor(opening: path, [.create, .writeOnly])
      .writeAll(last.span.bytes, at: (64 << 20) - 1)
    let status = try FileStatus(of: path)
    #expect(status.size == 64 << 20)
    #expect(status.allocatedUnits * 512 < status.size)
  }

  @Test("has the type of the file system: that of /proc is known")
  func fileSystem() throws {
    #expect(try fileSystemType(of: "/proc") == 0x9FA0)
    #expect(throws: SystemError.self) { _ = try fileSystemType(of: "/not/there") }
  }
}
