import Linux
import SystemPackage
import Testing

@Suite("The mount table")
struct MountTableTests {
  @Test("is read with all its fields, escapes and optional fields")
  func fields() throws {
    let table = MountTable(
      text: """
        36 35 98:0 /mnt1 /mnt\\0402 rw,noatime master:1 propagate_from:2 - ext3 /dev/root rw
        37 35 0:39 / /a\\134b ro,nosuid,nodev - fuse.firn a,\\040b ro,user_id=0
        """)
    let first = try #require(table.entries.first)
    #expect((first.id, first.major, first.minor) == (36, 98, 0))
    #expect(first.mountPoint == "/mnt 2")
    #expect(first.options == ["rw", "noatime"])
    #expect((first.type, first.source) == ("ext3", "/dev/root"))
    #expect(!first.isFUSE)
    let second = try #require(table.top(at: "/a\\b"))
    #expect(second.isFUSE)
    #expect(second.source == "a, b")
  }

  @Test(
    "leaves out lines of another form",
    arguments: [
      "", "36", "36 35 98:0 / /mnt rw", "x 35 98:0 / /mnt rw - ext3 /dev/root rw",
      "36 35 98 / /mnt rw - ext3 /dev/root rw", "36 35 98:0 / /mnt rw - ext3",
      "36 35 98:0 / /mnt - ext3 /dev/root rw",
    ])
  func otherForms(line: String) {
    #expect(MountTable(text: line).entries.isEmpty)
  }

  @Test("has the options of the file system, and whether a mount is shared")
  func otherOptions() throws {
    let table = MountTable(
      text: """
        36 35 98:0 / /a rw shared:7 master:1 - nfs host:/ rw,soft,vers=3
        37 35 98:1 / /b rw master:7 - fuse.firn s ro,user_id=0,allow_other
        38 35 98:2 / /shared: rw - t s
        """)
    #expect(table.entries.map(\.isShared) == [true, false, false])
    #expect(table.top(at: "/a")?.fileSystemOptions == ["rw", "soft", "vers=3"])
    #expect(table.top(at: "/b")?.fileSystemOptions.contains("allow_other") == true)
    #expect(table.top(at: "/shared:")?.fileSystemOptions == [])
  }

  @Test("keeps a backslash that begins no escape")
  func backslashes() throws {
    let table = MountTable(text: "1 1 0:1 / /a\\9\\40 rw - t \\ rw")
    let entry = try #require(table.entries.first)
    #expect(entry.mountPoint == "/a\\9\\40")
    #expect(entry.source == "\\")
  }

  @Test("shows the mount made last when several are at one place")
  func covered() {
    let table = MountTable(
      text: "1 1 0:1 / /m rw - t below rw\n2 1 0:2 / /m rw - t above rw\n")
    #expect(table.top(at: "/m")?.source == "above")
    #expect(table.top(at: "/n") == nil)
  }

  @Test("of this process has a root and /proc")
  func current() throws {
    let table = try MountTable.current()
    #expect(table.top(at: "/") != nil)
    #expect(table.top(at: "/proc")?.type == "proc")
  }

  @Test("is searched by paths without links")
  func resolution() throws {
    #expect(try Mounts.resolve("/proc/self/..") == "/proc")
    #expect(try Mounts.resolve("/proc/") == "/proc")
    #expect(try Mounts.resolve("/") == "/")
    #expect(try Mounts.resolve("/usr/../proc/does-not-exist") == "/proc/does-not-exist")
    #expect(throws: SystemError.self) { try Mounts.resolve("/does-not-exist/below") }
  }

  @Test("is not changed by detaching what is no mount")
  func detaching() throws {
    #expect(throws: DetachError.self) { try Mounts.detach("/proc/self/status") }
  }
}
