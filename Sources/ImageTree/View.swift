internal import AdditionalImageStore

/// The additional image store as one user must see it.
///
/// A view has three of four slots of node ids: the first for the ordinary layers, the next for the
/// layers owned as `--userns=keep-id` wants them, and one for images by name, where ids are as they
/// are in the image.
struct View: Sendable {
  let slot: UInt16
  let identity: Identity

  /// The slot of the public part of the tree.
  static let publicSlot: UInt16 = 0

  /// Whether device nodes are shown: rootless Podman cannot copy them up.
  var showsDevices: Bool { identity.users.isIdentity }

  /// The slot of the keep-id layers.
  var keepIDSlot: UInt16 { slot | 1 }

  /// The slot of images by name.
  var plainSlot: UInt16 { slot | 2 }

  /// Whether ids are shown as they are in the image in a slot: in the public part, and by name.
  static func isPlain(_ slot: UInt16) -> Bool { slot == publicSlot || slot & 2 == 2 }

  /// Whether a slot is that of keep-id layers.
  static func isKeepID(_ slot: UInt16) -> Bool { slot & 3 == 1 }

  /// How ids are shown in the slot of a node.
  func owner(uid: UInt32, gid: UInt32, slot: UInt16) -> (uid: UInt32, gid: UInt32) {
    if Self.isPlain(slot) { return (uid, gid) }
    if Self.isKeepID(slot), let keepID = identity.keepID {
      return (keepID.users.host(uid), keepID.groups.host(gid))
    }
    return (identity.users(uid), identity.groups(gid))
  }
}
