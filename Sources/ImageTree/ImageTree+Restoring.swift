// What a tree does that goes on with the mount of another.

extension ImageTree {
  /// Takes views and counts from the record, when nobody else writes to it any more and nobody has
  /// asked this tree for anything.
  public func restore() {
    views.restore()
    uses.restore()
  }

  /// What may have changed since the tree before told the kernel last: every directory and document
  /// of the views, and the names of images that are listed no more.
  ///
  /// Nothing where there is nobody's view yet.
  public func resumedChange() -> TreeChange {
    var change = TreeChange()
    let parts = shelf.parts
    let everything = Selection(
      parts.flatMap { $0.images + $0.retired.map(\.image) }, retired: [])
    for view in views.current {
      let now = selection(of: view)
      tell(now, of: view.slot)
      append(outdated(view, from: everything, to: now), to: &change)
    }
    return change
  }
}
