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
