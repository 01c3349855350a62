internal import CLinux
internal import Glibc
internal import SystemPackage

/// As whom a thread opens files: its file-system ids (setfsuid(2)).
///
/// For root alone. The kernel checks files by these ids and, when the user is not root, ignores
/// root's rights over files (capabilities(7), "Effect of user ID changes"); everything else, such
/// as mounting, stays root's. Threads inherit the ids of the thread that starts them. That is what
/// a file server needs to hear to let an account in where it trusts no root.
public enum FileSystemIdentity {
  /// Lets the calling thread, and those it starts from now on, open files as an account, with all
  /// groups of the account; the groups are the whole process's (setgroups(2)).
  ///
  /// - Throws: `EPERM` when this process may not.
  public static func assume(_ account: UserAccount) throws(SystemError) {
    let groups = account.groups
    _ = try retrying("setgroups", nil) { setgroups(groups.count, groups) }
    guard firn_set_file_system_ids(account.uid, account.gid) == 0 else {
      throw SystemError("setfsuid", nil, .notPermitted)
    }
  }

  /// Lets the calling thread open files as the process again; nothing changes where it does.
  public static func resume() { _ = firn_set_file_system_ids(geteuid(), getegid()) }
}
