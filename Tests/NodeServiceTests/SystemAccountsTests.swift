import AdditionalImageStore
import ImageSamples
import ImageTree
import Linux
import NodeService
import SystemPackage
import Testing

/// Whether ids here are the host's, without which nobody is shifted.
private let isOnHost: Bool = {
  let fields = ((try? readText("/proc/self/uid_map")) ?? "")
    .split(whereSeparator: { $0 == " " || $0 == "\n" })
  return fields == ["0", "0", "4294967295"]
}()

@Suite("Accounts of this machine")
struct SystemAccountsTests {
  private func directory(users: String?, groups: String?) throws -> TemporaryDirectory {
    let directory = try TemporaryDirectory()
    if let users { try directory.write("subuid", Array(users.utf8)) }
    if let groups { try directory.write("subgid", Array(groups.utf8)) }
    return directory
  }

  @Test("show root everything as it is, also without any file")
  func root() throws {
    let directory = try directory(users: nil, groups: nil)
    let identity = SystemAccounts(directory: directory.path).identity(of: 0)
    #expect(identity == .unshifted(uid: 0, gid: 0))
  }

  @Test(
    "shift users by their subordinate ids",
    .enabled(if: isOnHost, "needs the host's user namespace"))
  func subordinate() throws {
    let directory = try directory(
      users: "40001:100000:65536\nsomebody:1:1\n", groups: "40001:200000:65536\n")
    let identity = SystemAccounts(directory: directory.path).identity(of: 40_001)
    #expect(identity.uid == 40_001)
    #expect(identity.gid == 40_001, "without an account the group is taken to have the same id")
    #expect(identity.users(0) == 40_001)
    #expect(identity.users(1) == 100_000)
    #expect(identity.groups(1) == 200_000)
    #expect(identity.keepID != nil)
  }

  @Test(
    "need both kinds of subordinate ids",
    .enabled(if: isOnHost, "needs the host's user namespace"),
    arguments: [("40001:100000:65536\n", nil), (nil, "40001:1:5\n"), ("", "")]
      as [(String?, String?)])
  func onlyOne(users: String?, groups: String?) throws {
    let directory = try directory(users: users, groups: groups)
    let identity = SystemAccounts(directory: directory.path).identity(of: 40_001)
    #expect(identity.users == .squashed(to: 40_001))
    #expect(identity.groups == .squashed(to: 40_001))
    #expect(identity.keepID == nil)
  }

  @Test(
    "are looked up in the files again when the answer is old, not before",
    .enabled(if: isOnHost, "needs the host's user namespace"))
  func lifetime() throws {
    let directory = try directory(users: "40001:100000:9\n", groups: "40001:100000:9\n")
    let lasting = SystemAccounts(directory: directory.path, lifetime: 600)
    let fleeting = SystemAccounts(directory: directory.path, lifetime: 0)
    #expect(lasting.identity(of: 40_001).users(1) == 100_000)
    #expect(fleeting.identity(of: 40_001).users(1) == 100_000)
    try directory.write("subuid", Array("40001:300000:9\n".utf8))
    #expect(lasting.identity(of: 40_001).users(1) == 100_000)
    #expect(fleeting.identity(of: 40_001).users(1) == 300_000)
  }

  @Test("take a user's group from the user database")
  func databaseGroup() throws {
    let directory = try directory(users: nil, groups: nil)
    for uid: UInt32 in [1, 2, 33, 65_534] {
      guard let account = UserAccount(uid: uid) else { continue }
      #expect(SystemAccounts(directory: directory.path).identity(of: uid).gid == account.gid)
    }
  }

  @Test("have the groups of the user database, for a time")
  func groups() throws {
    let accounts = SystemAccounts(groupLifetime: 600)
    for uid: UInt32 in [0, 1, 33] {
      guard let account = UserAccount(uid: uid) else { continue }
      #expect(accounts.groups(of: uid) == Set(account.groups))
    }
    #expect(accounts.groups(of: 3_999_999_999).isEmpty, "nobody's number is nobody's group")
  }

  @Test(
    "are known to access rules by their ids on the host",
    .enabled(if: isOnHost, "needs the host's user namespace"))
  func hostUsers() {
    for uid: UInt32 in [0, 1000, 40_001] { #expect(SystemAccounts().hostUser(of: uid) == uid) }
  }
}
