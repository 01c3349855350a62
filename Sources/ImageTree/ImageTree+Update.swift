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
    let before = slots.map { told(of: $0.slot) ?? selection(of: $0) }
    let (old, new) = exchange { $0.updated(place, to: catalog, source: source) }
    var change = TreeChange()
    for (view, told) in zip(slots, before) {
      let selection = selection(of: view)
      tell(selection, of: view.slot)
      append(outdated(view, from: told, to: selection), to: &change)
    }
    let known = Set(old.parts[place].unshown)
    change.unshown = new.parts[place].unshown.filter { !known.contains($0) }
    return change
  }

  /// Looks whether users have come to see other images because their groups have changed.
  ///
  /// Cheap where no rule names a group. Lookups know at once; this is for what the kernel remembers.
  public func recheckGroups() -> TreeChange {
    var change = TreeChange()
    guard shelf.restricted.contains(where: { $0.record.access.visibility == .group }) else {
      return change
    }
    for view in views.current {
      let now = selection(of: view)
      guard let last = told(of: view.slot) else { continue }
      tell(now, of: view.slot)
      if last !== now { append(outdated(view, from: last, to: now), to: &change) }
    }
    return change
  }

  func append(_ more: TreeChange, to change: inout TreeChange) {
    change.nodes += more.nodes
    change.names += more.names
  }

  /// What the kernel must forget when a view shows something else.
  func outdated(_ view: View, from old: Selection, to new: Selection) -> TreeChange {
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
    change.names = gone.flatMap { names(of: $0, view) }
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

  /// The names of a view, but for names of people, that lead to an image.
  ///
  /// The root directory's own name comes first: once the kernel has dropped that, whoever uses the
  /// directory is the last to know it, and gives it back when done.
  private func names(of member: Selection.Member, _ view: View) -> [TreeChange.Name] {
    let (listed, number) = (member.listed, member.image.number)
    func name(_ text: String, in address: NodeAddress) -> TreeChange.Name {
      TreeChange.Name(parent: address.node, name: text)
    }
    func layer(_ id: String, _ slot: UInt16) -> [TreeChange.Name] {
      [
        name("diff", in: NodeAddress(.layer, of: number, view: slot)),
        name(id, in: NodeAddress(.overlay, view: view.slot)),
        name(ListedImage.link(ofLayer: id), in: NodeAddress(.overlayLinks, view: view.slot)),
      ]
    }
    let keepID =
      view.identity.keepID == nil ? [] : layer(listed.keepIDLayerID, view.keepIDSlot)
    return layer(listed.layerID, view.slot) + keepID
      + [name(listed.id, in: NodeAddress(.overlayImages, view: view.slot))]
  }
}
