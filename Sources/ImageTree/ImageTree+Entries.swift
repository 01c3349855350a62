internal import FUSE
internal import SystemPackage

extension ImageTree {
  /// The entry of a fixed item.
  func entry(for item: FixedItem, _ view: View) -> Entry {
    let timeout = item.changes ? Self.short : VolumeNodes.forever
    return Entry(
      node: NodeAddress(item, view: view.slot).node, attributes: attributes(of: item, view),
      entryTimeout: VolumeNodes.forever, attributeTimeout: timeout)
  }

  /// The entry of a directory of names; names may go, so the kernel asks again soon.
  func entry(forNames item: UInt32, _ view: View) -> Entry {
    Entry(
      node: NodeAddress(view: view.slot, image: 0, item: item).node,
      attributes: attributes(ofNames: item, view),
      entryTimeout: Self.short, attributeTimeout: Self.short)
  }

  /// The entry of something of an image found by layer.
  func entry(for item: ImageItem, _ layer: Selection.Layer, _ view: View) throws(Errno) -> Entry {
    let image = try shelf.image(layer.image)
    guard !layer.isKeepID || view.identity.keepID != nil else {
      return .negative(timeout: Self.short)
    }
    let slot = layer.isKeepID ? view.keepIDSlot : view.slot
    var entry = try entry(for: item, image, view, slot: slot)
    // Groups change without any generation that would tell of it.
    if !image.isForEverybody { entry.entryTimeout = Self.short }
    return entry
  }

  /// The entry of the root directory of an image, which is in use from now on.
  func rootEntry(
    of image: ShelvedImage, _ view: View, slot: UInt16
  ) throws(Errno) -> Entry {
    let nodes = try volumeNodes(of: image, view, slot: slot)
    let entry = nodes.entry(for: try nodes.root())
    uses.add(entry.node)
    return entry
  }

  /// The entry of something of an image.
  func entry(
    for item: ImageItem, _ image: ShelvedImage, _ view: View, slot: UInt16
  ) throws(Errno) -> Entry {
    Entry(
      node: NodeAddress(item, of: image.number, view: slot).node,
      attributes: try attributes(of: item, image, view, slot: slot),
      entryTimeout: VolumeNodes.forever, attributeTimeout: VolumeNodes.forever)
  }
}
