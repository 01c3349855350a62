internal import Store
internal import SystemPackage

/// As whom access rules know the user of a view.
struct Viewer: Hashable, Sendable {
  /// The user's id on the host.
  let user: UInt32
  /// The ids of the user's groups; empty where no rule asks for them.
  let groups: Set<UInt32>

  /// Whether the user may see an image.
  func sees(_ image: ShelvedImage) -> Bool {
    image.record.access.admits(user: user, groups: groups)
  }
}

extension ImageTree {
  /// Who looks into a view; nil for the public part, where only what everybody may see is seen.
  func viewer(of view: View, _ shelf: Shelf) -> Viewer? {
    guard view.slot != View.publicSlot else { return nil }
    let uid = view.identity.uid
    let asksForGroups = shelf.restricted.contains { $0.record.access.visibility == .group }
    return Viewer(
      user: views.accounts.hostUser(of: uid),
      groups: asksForGroups ? views.accounts.groups(of: uid) : [])
  }

  /// Throws `ESTALE` unless the user of a view may see an image: a node id that is made up, or
  /// known from another view, leads nowhere.
  func check(_ image: ShelvedImage, in view: View) throws(Errno) {
    if image.isForEverybody { return }
    guard let viewer = viewer(of: view, shelf), viewer.sees(image) else {
      throw .staleNFSFileHandle
    }
  }

  /// What the user of a view may see now.
  func selection(of view: View) -> Selection {
    let shelf = self.shelf
    guard !shelf.restricted.isEmpty else { return shelf.selection(hiding: []) }
    let viewer = viewer(of: view, shelf)
    if let known = knownSelection(of: view.slot, shelf, viewer) { return known }
    let hidden = shelf.restricted.filter { image in viewer.map { !$0.sees(image) } ?? true }
    let selection = shelf.selection(hiding: Set(hidden.map(\.number)))
    remember(selection, of: view.slot, shelf, viewer)
    return selection
  }
}
