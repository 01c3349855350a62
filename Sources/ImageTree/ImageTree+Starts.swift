internal import AdditionalImageStore
internal import Store

extension ImageTree {
  /// Sees to it that an image somebody begins to use is taken care of.
  func noteUse(of nodes: VolumeNodes, isRead: Bool) {
    nodes.noteUse(isRead: isRead) { rootPath(of: nodes.image, slot: nodes.slot) }
  }

  /// The path below the mount point at which a slot's user finds the root of an image.
  private func rootPath(of number: UInt32, slot: UInt16) -> String? {
    guard let view = views.view(slot: slot), let image = try? shelf.image(number) else {
      return nil
    }
    let own = slot == View.publicSlot ? "" : "views/\(view.identity.uid)/"
    guard View.isPlain(slot) else {
      return "\(own)overlay/\(layerID(of: image, slot: slot))/diff"
    }
    return image.record.names.first.map { "\(own)images/\($0)/root" }
  }
}

extension VolumeNodes {
  /// Sees to it that the image is taken care of when somebody begins to use it.
  ///
  /// - Parameter rootPath: The path of its root directory below the mount point; asked for only
  ///   then, and nil where it has none.
  func noteUse(isRead: Bool, at rootPath: () -> String?) {
    guard let start = reader.start,
      start.isDue(in: slot, isRead: isRead, isBrowsable: View.isPlain(slot)),
      let path = rootPath()
    else { return }
    start.begin(at: ShownRoot(self, path: path))
  }
}
