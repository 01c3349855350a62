import Glibc
import Linux
import SystemPackage
import Testing

@Suite("Children and what tells of their death")
struct LifeLineTests {
  private func wait(_ child: RunningChild) -> Int32? {
    for _ in 0..<1000 {
      if let status = child.reap() { return status }
      usleep(5_000)
    }
    return nil
  }

  private func child(_ script: String, _ descriptors: [(own: Int32, child: Int32)] = [])
    throws(SystemError) -> RunningChild
  {
    try RunningChild(
      "/bin/sh", ["-c", script], environment: ["FIRN_TEST_WORD=word"], descriptors: descriptors)
  }

  @Test("tell their exit status, or the signal that ended them, and nothing before")
  func statuses() throws {
    #expect(wait(try child("exit 3")) == 3)
    #expect(wait(try child("test $FIRN_TEST_WORD = word")) == 0)
    let sleeper = try child("exec sleep 60")
    #expect(sleeper.reap() == nil)
    sleeper.kill()
    #expect(wait(sleeper) == 137)
    #expect(sleeper.reap() == 137, "also when asked again")
    sleeper.kill()
    let asked = try child("exec sleep 60")
    asked.signal(.terminate)
    #expect(wait(asked) == 143)
  }

  @Test("are seen to die by who holds the other end of the line, and to live until then")
  func line() throws {
    var started: RunningChild?
    let life = try LifeLine { (held) throws(SystemError) in
      started = try child("exec sleep 60", [(own: held, child: 5)])
    }
    #expect(try Readable.wait(for: [life.number], seconds: 0.2).isEmpty)
    started?.kill()
    #expect(try Readable.wait(for: [life.number], seconds: 5) == [life.number])
  }

  @Test("hold a line in a thread alone, not among the descriptors of the process")
  func held() throws {
    var number: Int32 = -1
    let life = try LifeLine { (held) throws(SystemError) in
      number = fcntl(held, F_DUPFD_CLOEXEC, 100)
      try LifeLine.hold(OwnedDescriptor(owning: number))
    }
    #expect(fcntl(number, F_GETFD) == -1, "the process has it no longer")
    #expect(try Readable.wait(for: [life.number], seconds: 0.2).isEmpty, "but it is open")
  }

  @Test("find what they were started with, once, and what is in memory under another number")
  func inherited() throws {
    setenv("FIRN_TEST_TAKEN", "value", 1)
    #expect(Environment.take("FIRN_TEST_TAKEN") == "value")
    #expect(Environment.take("FIRN_TEST_TAKEN") == nil)
    let error = #expect(throws: SystemError.self) { _ = try OwnedDescriptor(inherited: 999) }
    #expect(error?.errno == .badFileDescriptor)
    let file = try OwnedDescriptor(inMemory: "shared")
    let copy = try file.duplicate()
    try file.writeAll(([1, 2, 3] as [UInt8]).span.bytes, at: 10)
    #expect(try copy.readBytes(at: 10, count: 9) == [1, 2, 3])
    #expect(copy.rawValue != file.rawValue)
  }

  @Test(
    "mounts have lines that say all of them again",
    arguments: [
      "24 30 0:22 / /proc rw,nosuid - proc proc rw",
      "36 35 98:0 /mnt1 /m\\040n\\134t rw,noatime shared:1 - ext3 /dev/root rw,errors=continue",
      "99 1 0:51 / /b\\303\\244r ro - fuse.firn firn ro,user_id=0,group_id=0",
    ])
  func mountLines(line: String) throws {
    let entry = try #require(MountTableEntry(line: Substring(line)))
    #expect(MountTableEntry(line: Substring(entry.line)) == entry)
  }
}
