internal import Glibc

/// A user as the system's user database knows them (passwd(5), getpwuid(3)).
public struct UserAccount: Hashable, Sendable {
  /// The login name.
  public let name: String
  /// The user's id.
  public let uid: UInt32
  /// The primary group's id.
  public let gid: UInt32
  /// The home directory.
  public let home: String

  /// Looks a user up by id, in whatever sources nsswitch.conf(5) names; nil when there is none.
  public init?(uid: UInt32) {
    var record = passwd()
    var found: UnsafeMutablePointer<passwd>?
    var buffer = [CChar](repeating: 0, count: 16384)
    let status = getpwuid_r(uid, &record, &buffer, buffer.count, &found)
    guard status == 0, found != nil, let name = record.pw_name, let home = record.pw_dir else {
      return nil
    }
    self.name = String(cString: name)
    self.uid = record.pw_uid
    self.gid = record.pw_gid
    self.home = String(cString: home)
  }
}

/// The user this process acts as (geteuid(2)).
public func effectiveUser() -> UInt32 { geteuid() }

/// The group this process acts as (getegid(2)).
public func effectiveGroup() -> UInt32 { getegid() }
