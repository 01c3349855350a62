import Glibc

/// A user account made for the tests and removed with the last reference.
final class TestUser: Sendable {
  let name: String
  let uid: uid_t
  let gid: gid_t
  let home: String
  /// The first subordinate user id and the first group id, when the user has any.
  let firstSubordinates: (uid: UInt32, gid: UInt32)?

  /// Makes an account with 65,536 subordinate ids or with none.
  init(subordinateIDs: Bool) throws {
    Self.staleUsersAreGone
    name = Self.unusedName()
    home = "\(Scratch.base)/\(name)"
    try Self.patiently(["useradd", "-m", "-d", home, "-s", "/bin/sh", "-c", Self.mark, name])
    do {
      (uid, gid) = (try Self.number("-u", name), try Self.number("-g", name))
      let all = "0-4294967294"
      if try !subordinateIDs && Self.subordinates(name) != nil {
        try Self.patiently(["usermod", "--del-subuids", all, "--del-subgids", all, name])
      } else if try subordinateIDs && Self.subordinates(name) == nil {
        let range = "\(uid * 65_536)-\(uid * 65_536 + 65_535)"
        try Self.patiently(["usermod", "--add-subuids", range, "--add-subgids", range, name])
      }
      firstSubordinates = try Self.subordinates(name)
    } catch {
      Self.remove(name)
      throw error
    }
    chmod(home, 0o755)
  }

  deinit { Self.remove(name) }

  /// The comment of an account: which process made it.
  ///
  /// What killed runs leave is found by it, here and in `.ci/check-tests`.
  private static let mark = "firn test of process \(getpid())"

  /// Removes what killed test runs left, once.
  private static let staleUsersAreGone: Void = {
    for line in (try? readText("/etc/passwd").split(separator: "\n")) ?? [] {
      let words = line.split(separator: ":", omittingEmptySubsequences: false)
      guard words.count > 4, words[4].hasPrefix("firn test of process "),
        let process = words[4].split(separator: " ").last.flatMap({ pid_t($0) }),
        !ProcessTable.isAlive(process)
      else { continue }
      remove(String(words[0]))
    }
  }()

  private static func unusedName() -> String {
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    return "firn" + String((0..<8).map { _ in letters.randomElement() ?? "x" })
  }

  /// Others may be changing the accounts, too: they are locked meanwhile.
  private static func patiently(_ command: [String]) throws {
    for _ in 0..<40 {
      let outcome = try Command(command).run()
      if outcome.status == 0 { return }
      guard outcome.errors.contains("try again later") else { throw Unsuccessful(outcome: outcome) }
      usleep(250_000)
    }
    throw SystemFailure("the accounts stay locked: \(command)", EBUSY)
  }

  private static func remove(_ name: String) {
    try? patiently(["userdel", "-f", "-r", name])
  }

  private static func number(_ what: String, _ name: String) throws -> UInt32 {
    let text = try output("id", what, name)
    guard let number = UInt32(text) else { throw SystemFailure("not a number: \(text)", EINVAL) }
    return number
  }

  private static func subordinates(_ name: String) throws -> (uid: UInt32, gid: UInt32)? {
    guard let uid = first(of: name, in: "/etc/subuid"), let gid = first(of: name, in: "/etc/subgid")
    else { return nil }
    return (uid, gid)
  }

  private static func first(of name: String, in file: String) -> UInt32? {
    for line in ((try? readText(file)) ?? "").split(separator: "\n") {
      let words = line.split(separator: ":")
      if words.count == 3, words[0] == name { return UInt32(words[1]) }
    }
    return nil
  }
}
