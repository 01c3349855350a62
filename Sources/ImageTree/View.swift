internal import AdditionalImageStore

/// The additional image store as one user must see it.
///
/// A view has two slots of node ids: an even one for the ordinary layers and the next for the
/// layers owned as `--userns=keep-id` wants them.
struct View: Sendable {
  let slot: UInt16
  let identity: Identity

  /// The slot of the public part of the tree.
  static let publicSlot: UInt16 = 0

  /// Whether device nodes are shown: rootless Podman cannot copy them up.
  var showsDevices: Bool { identity.users.isIdentity }

  /// The slot of the keep-id layers.
  var keepIDSlot: UInt16 { slot | 1 }

  /// How ids are shown in the slot of a node: this view's ordinary or keep-id one.
  func owner(uid: UInt32, gid: UInt32, slot: UInt16) -> (uid: UInt32, gid: UInt32) {
    if slot & 1 == 1, let keepID = identity.keepID {
      return (keepID.users.host(uid), keepID.groups.host(gid))
    }
    return (identity.users(uid), identity.groups(gid))
  }
}
