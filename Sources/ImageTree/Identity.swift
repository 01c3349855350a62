public import AdditionalImageStore

/// Who a user is on this node: what decides how files are shown to that user.
public struct Identity: Hashable, Sendable {
  /// The user's id.
  public var uid: UInt32
  /// The user's primary group.
  public var gid: UInt32
  /// How user ids of an image are shown.
  public var users: IDMapping
  /// How group ids of an image are shown.
  public var groups: IDMapping
  /// The mappings of `--userns=keep-id`, for a user who can have it.
  public var keepID: KeepID?

  /// The mappings of `--userns=keep-id`.
  public struct KeepID: Hashable, Sendable {
    /// For user ids.
    public var users: KeepIDMapping
    /// For group ids.
    public var groups: KeepIDMapping
  }

  /// The identity of root, or of a user inside a user namespace of their own: nothing is shifted.
  public static func unshifted(uid: UInt32, gid: UInt32) -> Identity {
    Identity(uid: uid, gid: gid, users: .identity, groups: .identity, keepID: nil)
  }

  /// The identity of an ordinary user, for whom rootless Podman makes a user namespace.
  ///
  /// Podman uses subordinate ids only where the user has both kinds.
  public static func rootless(
    uid: UInt32, gid: UInt32, subordinateUsers: [SubordinateIDs.Range],
    subordinateGroups: [SubordinateIDs.Range]
  ) -> Identity {
    let hasBoth = !subordinateUsers.isEmpty && !subordinateGroups.isEmpty
    let users = IDMapping.rootless(user: uid, subordinate: hasBoth ? subordinateUsers : [])
    let groups = IDMapping.rootless(user: gid, subordinate: hasBoth ? subordinateGroups : [])
    var keepID: KeepID?
    if let keepUsers = KeepIDMapping(id: uid, rootless: users),
      let keepGroups = KeepIDMapping(id: gid, rootless: groups)
    {
      keepID = KeepID(users: keepUsers, groups: keepGroups)
    }
    return Identity(uid: uid, gid: gid, users: users, groups: groups, keepID: keepID)
  }
}

/// Where identities come from: the accounts of this machine.
public protocol Accounts: Sendable {
  /// The identity of a user now; asked often, so answers should come from memory.
  func identity(of uid: UInt32) -> Identity

  /// The id on the host of a user of this process's user namespace: whom access rules name.
  func hostUser(of uid: UInt32) -> UInt32

  /// The ids on the host of all groups a user is in now; asked often, as above.
  func groups(of uid: UInt32) -> Set<UInt32>
}
