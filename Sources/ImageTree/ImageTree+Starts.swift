internal import AdditionalImageStore

extension ImageTree {
  /// Sees to it that an image somebody begins to use is taken care of.
  func noteUse(of nodes: VolumeNodes, isRead: Bool) {
    let isBrowsable = View.isPlain(nodes.slot)
    guard let start = nodes.reader.start,
      start.isDue(in: nodes.slot, isRead: isRead, isBrowsable: isBrowsable),
      let path = rootPath(of: nodes.image, slot: nodes.slot)
    else { return }
    start.begin(at: ShownRoot(nodes, path: path))
  }

  /// The path below the mount point at which a slot's user finds the root of an image.
  private func rootPath(of number: UInt32, slot: UInt16) -> String? {
    guard let view = views.view(slot: slot), let image = try? shelf.image(number) else {
      return nil
    }
    let own = "views/\(view.identity.uid)"
    guard View.isPlain(slot) else {
      return "\(own)/overlay/\(layerID(of: image, slot: slot))/diff"
    }
    return image.listed.names.first.map { "\(own)/images/\($0)/root" }
  }
}
