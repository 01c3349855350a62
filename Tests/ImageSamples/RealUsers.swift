internal import Glibc
public import Linux

/// Two ordinary users of this machine and a group that only the first is in besides her own; made
/// on the first use.
///
/// `.ci/check-tests` removes accounts with this comment when their process is gone.
public struct RealUsers: Sendable {
  /// A member of ``group``.
  public let member: UserAccount
  /// No member of it.
  public let stranger: UserAccount
  /// The group.
  public let group: GroupAccount

  /// The users; nil where this process is not root or cannot make accounts.
  public static let shared: RealUsers? = {
    guard effectiveUser() == 0 else { return nil }
    let names = (member: "firnmember", stranger: "firnstranger", group: "firngroup")
    // The group is that of an account, so that it goes with it.
    for name in [names.group, names.member, names.stranger] where UserAccount(name: name) == nil {
      run(["useradd", "-M", "-s", "/bin/sh", "-c", "firn test of process \(getpid())", name])
    }
    run(["usermod", "-a", "-G", names.group, names.member])
    guard let member = UserAccount(name: names.member), let group = GroupAccount(name: names.group),
      let stranger = UserAccount(name: names.stranger), member.groups.contains(group.gid)
    else { return nil }
    return RealUsers(member: member, stranger: stranger, group: group)
  }()

  /// Runs a program of the account tools; others may hold the lock on the accounts for a while.
  private static func run(_ words: [String]) {
    for _ in 0..<20 {
      let done = try? ChildProcess(running: words[0], Array(words.dropFirst()))
      guard let done, done.exitStatus != 0, done.output.contains("try again later") else { return }
      WallClock.pause(milliseconds: 250)
    }
  }

  /// Runs a shell script as a user and gives what it prints, standard error included.
  public static func shell(as user: UserAccount, _ script: String) throws -> String {
    try ChildProcess(
      running: "setpriv",
      [
        "--reuid", "\(user.uid)", "--regid", "\(user.gid)", "--init-groups", "sh", "-c", script,
      ]
    ).output
  }
}
