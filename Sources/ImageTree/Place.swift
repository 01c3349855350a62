internal import FUSE
internal import SquashFS
internal import SystemPackage

/// What a node id leads to.
enum Place {
  /// Part of the skeleton, in the public part or in a view.
  case fixed(FixedItem, View)
  /// A directory of image names, which may itself be an image.
  case names(NameDirectory.Entry, item: UInt32, View)
  /// Something of an image beside its root file system; the slot tells keep-id from ordinary.
  case item(ImageItem, ShelvedImage, View, slot: UInt16)
  /// An inode of an image's root file system.
  case inode(Inode, VolumeNodes)
}

extension ImageTree {
  /// Finds what a node id leads to.
  ///
  /// - Throws: `ESTALE` for an id that leads nowhere (any more), or to what the view may not show.
  func place(_ node: NodeID) throws(Errno) -> Place {
    let address = NodeAddress(node)
    guard let view = views.view(slot: address.view) else { throw .staleNFSFileHandle }
    guard address.image > 0 else {
      if let item = FixedItem(rawValue: address.item) { return .fixed(item, view) }
      guard let entry = selection(of: view).names.entries[address.item] else {
        throw .staleNFSFileHandle
      }
      return .names(entry, item: address.item, view)
    }
    let image = try shelf.image(address.image)
    try check(image, in: view)
    if let item = ImageItem(number: address.item) {
      return .item(item, image, view, slot: address.view)
    }
    let nodes = try volumeNodes(of: image, view, slot: address.view)
    return .inode(try nodes.inode(address.item), nodes)
  }

  /// The inodes of an image as a view shows them.
  func volumeNodes(
    of image: ShelvedImage, _ view: View, slot: UInt16
  ) throws(Errno) -> VolumeNodes {
    let loaded = try image.load()
    return VolumeNodes(
      reader: VolumeReader(volume: loaded.volume, content: loaded, start: image.start), slot: slot,
      image: image.number, view: View.isPlain(slot) ? nil : view, isMountRoot: false)
  }
}
