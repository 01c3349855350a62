internal import Glibc

/// A group as the system's group database knows it (group(5), getgrgid(3)).
public struct GroupAccount: Hashable, Sendable {
  /// The name.
  public let name: String
  /// The group's id.
  public let gid: UInt32

  /// Looks a group up by id, in whatever sources nsswitch.conf(5) names; nil when there is none.
  public init?(gid: UInt32) {
    let found = lookUpAccount {
      getgrgid_r(gid, $0, $1, $2, $3)
    } read: { (record: group) in
      GroupAccount(record)
    }
    guard let found else { return nil }
    self = found
  }

  /// Looks a group up by name; nil when there is none.
  public init?(name: String) {
    let found = lookUpAccount {
      getgrnam_r(name, $0, $1, $2, $3)
    } read: { (record: group) in
      GroupAccount(record)
    }
    guard let found else { return nil }
    self = found
  }

  private init?(_ record: group) {
    guard let name = record.gr_name else { return nil }
    self.name = String(cString: name)
    gid = record.gr_gid
  }
}

/// The longest list of members or other fields that is read of one account, in bytes.
private let largestRecord = 16 << 20

/// Asks a reentrant function of the account databases, with more room as long as it wants more.
///
/// - Parameter read: Takes what is needed out of the record while its strings are there.
func lookUpAccount<Record, Account>(
  _ ask: (
    UnsafeMutablePointer<Record>, UnsafeMutablePointer<CChar>, Int,
    UnsafeMutablePointer<UnsafeMutablePointer<Record>?>
  ) -> Int32, read: (Record) -> Account?
) -> Account? {
  var room = 16 << 10
  while room <= largestRecord {
    let status: (code: Int32, account: Account?) = withUnsafeTemporaryAllocation(
      of: Record.self, capacity: 1
    ) { record in
      withUnsafeTemporaryAllocation(of: CChar.self, capacity: room) { buffer in
        guard let place = record.baseAddress, let text = buffer.baseAddress else { return (0, nil) }
        var found: UnsafeMutablePointer<Record>?
        let code = ask(place, text, room, &found)
        return (code, code == 0 ? found.flatMap { read($0.pointee) } : nil)
      }
    }
    if status.code != ERANGE { return status.account }
    room *= 8
  }
  return nil
}
