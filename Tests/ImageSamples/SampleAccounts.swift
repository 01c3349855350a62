public import AdditionalImageStore
public import ImageTree
internal import Synchronization

/// Accounts that a test decides about: root, and users with or without subordinate ids.
public final class SampleAccounts: Accounts {
  private let subordinate: Mutex<[UInt32: SubordinateIDs.Range]>
  private let memberships = Mutex<[UInt32: Set<UInt32>]>([:])

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

  /// Puts a user into groups besides the one with the user's own number, and out of all others.
  public func put(_ uid: UInt32, in groups: Set<UInt32>) {
    memberships.withLock { $0[uid] = groups }
  }

  /// See ``ImageTree/Accounts``.
  public func hostUser(of uid: UInt32) -> UInt32 { uid }

  /// See ``ImageTree/Accounts``.
  public func groups(of uid: UInt32) -> Set<UInt32> {
    memberships.withLock { $0[uid] ?? [] }.union([uid])
  }

  /// See ``ImageTree/Accounts``.
  public func identity(of uid: UInt32) -> Identity {
    if uid == 0 { return .unshifted(uid: 0, gid: 0) }
    let ranges = subordinate.withLock { $0[uid].map { [$0] } ?? [] }
    return .rootless(
      uid: uid, gid: uid, subordinateUsers: ranges, subordinateGroups: ranges)
  }
}
