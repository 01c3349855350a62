import Glibc
import Linux
import Testing

@Suite("User accounts")
struct UserAccountTests {
  @Test("of root has id 0 and its home")
  func root() throws {
    let account = try #require(UserAccount(uid: 0))
    #expect(account.uid == 0)
    #expect(account.gid == 0)
    #expect(account.name == "root")
    #expect(account.home.hasPrefix("/"))
  }

  @Test("that are not there are none")
  func missing() {
    #expect(UserAccount(uid: 3_999_999_999) == nil)
    #expect(UserAccount(name: "no such user") == nil)
    #expect(GroupAccount(gid: 3_999_999_999) == nil)
    #expect(GroupAccount(name: "no such group") == nil)
  }

  @Test("are found by name as by number")
  func byName() throws {
    #expect(UserAccount(name: "root") == UserAccount(uid: 0))
    let group = try #require(GroupAccount(gid: 0))
    #expect(group.gid == 0)
    #expect(GroupAccount(name: group.name) == group)
  }

  @Test("are in the groups that id(1) says")
  func groups() throws {
    for uid: UInt32 in [0, 1, 33, 65_534] {
      guard let account = UserAccount(uid: uid) else { continue }
      let id = try ChildProcess(running: "id", ["-G", account.name])
      let expected = id.output.split(whereSeparator: \.isWhitespace).compactMap { UInt32($0) }
      #expect(Set(account.groups) == Set(expected))
      #expect(account.groups.contains(account.gid))
    }
  }

  @Test("of this process are those that the kernel says")
  func own() {
    #expect(effectiveUser() == geteuid())
    #expect(effectiveGroup() == getegid())
  }

  @Test("are asked for in the environment: empty variables are not set")
  func environment() {
    setenv("FIRN_TEST_VARIABLE", "value", 1)
    #expect(environmentVariable("FIRN_TEST_VARIABLE") == "value")
    setenv("FIRN_TEST_VARIABLE", "", 1)
    #expect(environmentVariable("FIRN_TEST_VARIABLE") == nil)
    unsetenv("FIRN_TEST_VARIABLE")
    #expect(environmentVariable("FIRN_TEST_VARIABLE") == nil)
  }
}
