internal import AdditionalImageStore
internal import FUSE
public import Store

extension ImageTree {
  /// Shows a newer catalog of one store.
  ///
  /// - Parameters:
  ///   - place: The store's place in the list of stores.
  ///   - source: Where the store's objects and blocks come from.
  public func update(
    store place: Int = 0, to catalog: Catalog, from source: any ContentSource
  ) -> TreeChange {
    let slots = views.current
    let before = slots.map { selection(of: $0) }
    let (old, new) = exchange { $0.updated(place, to: catalog, source: source) }
    var change = TreeChange()
    for (view, selection) in zip(slots, before) {
      append(outdated(view, from: selection, to: self.selection(of: view)), to: &change)
    }
    let known = Set(old.parts[place].unshown)
    change.unshown = new.parts[place].unshown.filter { !known.contains($0) }
    return change
  }

  /// Looks whether users have come to see other images because their groups have changed.
  ///
  /// Cheap where no rule names a group. Between two calls lookups may already know better.
  public func recheckGroups() -> TreeChange {
    var change = TreeChange()
    guard shelf.restricted.contains(where: { $0.record.access.visibility == .group }) else {
      return change
    }
    for view in views.current {
      guard let last = lastSelection(of: view.slot) else { continue }
      let now = selection(of: view)
      if last !== now { append(outdated(view, from: last, to: now), to: &change) }
    }
    return change
  }

  private func append(_ more: TreeChange, to change: inout TreeChange) {
    change.nodes += more.nodes
    change.names += more.names
  }

  private func outdated(_ view: View, from old: Selection, to new: Selection) -> TreeChange {
    let items: [FixedItem] = [
      .overlay, .overlayLinks, .overlayImages, .imagesDirectory, .layersDocument, .imagesDocument,
      .layersLock, .imagesLock,
    ]
    let directories = Set(old.names.entries.keys).union(new.names.entries.keys).sorted()
    var change = TreeChange()
    change.nodes =
      directories.map { NodeAddress(view: view.slot, image: 0, item: $0).node }
      + items.map { NodeAddress($0, view: view.slot).node }
    let listed = Set(new.members.map(\.image.number))
    let gone = old.members.filter { !listed.contains($0.image.number) }
    guard !gone.isEmpty else { return change }
    change.names = gone.flatMap { names(of: $0.listed, view) }
    let numbers = Set(gone.map(\.image.number))
    for (item, entry) in old.names.entries {
      guard let image = entry.image, numbers.contains(image) else { continue }
      let parent = NodeAddress(view: view.slot, image: 0, item: item).node
      for name in ["root"] + ImageItem.published.keys.sorted() {
        change.names.append(TreeChange.Name(parent: parent, name: name))
      }
    }
    return change
  }

  /// The names in a view's fixed directories that lead to an image.
  private func names(of listed: ListedImage, _ view: View) -> [TreeChange.Name] {
    let layers = [listed.layerID] + (view.identity.keepID == nil ? [] : [listed.keepIDLayerID])
    func name(_ text: String, in item: FixedItem) -> TreeChange.Name {
      TreeChange.Name(parent: NodeAddress(item, view: view.slot).node, name: text)
    }
    return layers.map { name($0, in: .overlay) }
      + layers.map { name(ListedImage.link(ofLayer: $0), in: .overlayLinks) }
      + [name(listed.id, in: .overlayImages)]
  }
}
