internal import FUSE

/// What a node id says: which view, which image, which item of it.
///
/// Node ids are computed, never allocated, so that looking one up needs no table:
///
///     63      51 50           31 30                          0
///     | view   | image number   | item                       |
///
/// - view: the slot of a ``View``; 0 is the public part of the tree, which shows ids unshifted.
/// - image: the number an image was given at publication, never reused, made different from those
///   of other stores (``StoreNumbers``); 0 for what belongs to none.
/// - item: for an image, the offset of an inode in its flat inode table, or one of ``ImageItem``;
///   without an image, one of ``FixedItem`` or the hash of a directory of names.
struct NodeAddress: Hashable {
  var view: UInt16
  var image: UInt32
  var item: UInt32

  static let viewLimit = 1 << 13
  static let imageLimit: UInt32 = 1 << 20
  static let itemLimit: UInt32 = 1 << 31

  init(view: UInt16, image: UInt32, item: UInt32) {
    self.view = view
    self.image = image
    self.item = item
  }

  /// A fixed item of a view.
  init(_ item: FixedItem, view: UInt16 = 0) {
    self.init(view: view, image: 0, item: item.rawValue)
  }

  /// An item of an image other than its inodes.
  init(_ item: ImageItem, of image: UInt32, view: UInt16) {
    self.init(view: view, image: image, item: item.number)
  }

  /// Takes a node id apart.
  init(_ node: NodeID) {
    view = UInt16(node.rawValue >> 51)
    image = UInt32(node.rawValue >> 31 & 0xF_FFFF)
    item = UInt32(node.rawValue & 0x7FFF_FFFF)
  }

  /// The node id.
  var node: NodeID {
    NodeID(rawValue: UInt64(view) << 51 | UInt64(image) << 31 | UInt64(item))
  }

  /// The inode number to show: one per image and item, whatever the view, and small enough that
  /// overlayfs can keep its own marks in the upper bits (xino).
  func inodeNumber(_ number: UInt32) -> UInt64 { UInt64(image) << 32 | UInt64(number) }

  /// The inode number of something that is no inode of an image: its node id.
  ///
  /// No inode has it: ids of users' views are larger than every ``inodeNumber(_:)``, and in the
  /// public part an image's items have lower bits that no number of an inode reaches, and what
  /// belongs to no image is smaller than 2³².
  var syntheticInodeNumber: UInt64 { node.rawValue }
}
