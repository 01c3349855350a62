public import AdditionalImageStore
public import ImageTree
internal import Synchronization

/// Accounts that a test decides about: root, and users with or without subordinate ids.
public final class SampleAccounts: Accounts {
  private let subordinate: Mutex<[UInt32: SubordinateIDs.Range]>

  /// Makes accounts.
  ///
  /// - Parameter subordinate: The subordinate ids of users who have some.
  public init(subordinate: [UInt32: SubordinateIDs.Range] = [:]) {
    self.subordinate = Mutex(subordinate)
  }

  /// Gives a user subordinate ids.
  public func give(_ uid: UInt32, _ range: SubordinateIDs.Range) {
    subordinate.withLock { $0[uid] = range }
  }

  /// See ``ImageTree/Accounts``.
  public func identity(of uid: UInt32) -> Identity {
    if uid == 0 { return .unshifted(uid: 0, gid: 0) }
    let ranges = subordinate.withLock { $0[uid].map { [$0] } ?? [] }
    return .rootless(
      uid: uid, gid: uid, subordinateUsers: ranges, subordinateGroups: ranges)
  }
}
