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
    let found = lookUpAccount {
      getpwuid_r(uid, $0, $1, $2, $3)
    } read: { (record: passwd) in
      UserAccount(record)
    }
    guard let found else { return nil }
    self = found
  }

  /// Looks a user up by login name; nil when there is none.
  public init?(name: String) {
    let found = lookUpAccount {
      getpwnam_r(name, $0, $1, $2, $3)
    } read: { (record: passwd) in
      UserAccount(record)
    }
    guard let found else { return nil }
    self = found
  }

  private init?(_ record: passwd) {
    guard let name = record.pw_name, let home = record.pw_dir else { return nil }
    self.name = String(cString: name)
    self.uid = record.pw_uid
    self.gid = record.pw_gid
    self.home = String(cString: home)
  }

  /// The ids of all groups the user is in, the primary one among them (getgrouplist(3)).
  ///
  /// Asks every source of nsswitch.conf(5); where one does not answer its groups are missing.
  public var groups: [UInt32] {
    var room: Int32 = 64
    while room <= 1 << 20 {
      var ids = [gid_t](repeating: 0, count: Int(room))
      var count = room
      if getgrouplist(name, gid, &ids, &count) >= 0 { return Array(ids.prefix(Int(count))) }
      room = max(count, room * 4)
    }
    return [gid]
  }
}

/// The user this process acts as (geteuid(2)).
public func effectiveUser() -> UInt32 { geteuid() }

/// The group this process acts as (getegid(2)).
public func effectiveGroup() -> UInt32 { getegid() }
