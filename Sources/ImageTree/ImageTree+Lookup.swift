internal import AdditionalImageStore
public import FUSE
public import SystemPackage

extension ImageTree {
  /// Finds a name in a directory; see ``FUSE/FileSystem``.
  public func lookup(
    _ name: RawSpan, in parent: NodeID, caller: Caller
  ) throws(Errno) -> Entry {
    switch try place(parent) {
    case .inode(let directory, let nodes):
      noteUse(of: nodes, isRead: false)
      return try nodes.lookup(name, in: directory)
    case .fixed(let item, let view):
      return try lookup(text(name), in: item, of: view, caller: caller)
    case .names(let entry, _, let view):
      return try lookup(text(name), in: entry, view)
    case .item(let item, let image, let view, let slot):
      return try lookup(text(name), in: item, of: image, view, slot: slot)
    }
  }

  private func text(_ name: RawSpan) -> String {
    name.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }

  private func lookup(
    _ name: String, in item: FixedItem, of view: View, caller: Caller
  ) throws(Errno) -> Entry {
    switch item {
    case .mountRoot: return try lookupTop(name, caller: caller)
    case .viewsDirectory: return try lookupView(name, caller: caller)
    case .imagesDirectory:
      guard let child = selection(of: view).names.top[name] else { return .negative(timeout: 0) }
      return entry(forNames: child, view)
    case .overlay:
      if name == "l" { return entry(for: .overlayLinks, view) }
      guard let layer = selection(of: view).layer(name) else {
        return .negative(timeout: Self.short)
      }
      return try entry(for: .layer, layer, view)
    case .overlayLinks:
      guard let layer = selection(of: view).link(name) else {
        return .negative(timeout: Self.short)
      }
      return try entry(for: .shortLink, layer, view)
    case .overlayImages:
      if let child = FixedItem.child(name, of: item) { return entry(for: child, view) }
      guard let number = selection(of: view).number(ofID: name) else {
        return .negative(timeout: Self.short)
      }
      return try entry(for: .dataDirectory, Selection.Layer(image: number, isKeepID: false), view)
    case .viewRoot, .overlayLayers:
      guard let child = FixedItem.child(name, of: item) else {
        return .negative(timeout: VolumeNodes.forever)
      }
      return entry(for: child, view)
    case .selfLink, .imagesLink, .layersDocument, .layersLock, .imagesDocument, .imagesLock:
      throw .notDirectory
    }
  }

  private func lookupTop(_ name: String, caller: Caller) throws(Errno) -> Entry {
    switch name {
    case "views": return entry(for: .viewsDirectory, views.open)
    case "self", "images":
      guard let view = views.view(of: caller.uid) else { throw .tooManyOpenFilesInSystem }
      // The kernel must ask each time, because the answer depends on who asks; what the link says
      // it may remember, because each user's link is a node of its own.
      var link = entry(for: name == "self" ? .selfLink : .imagesLink, view)
      link.entryTimeout = 0
      return link
    default: return .negative(timeout: VolumeNodes.forever)
    }
  }

  /// A user finds only their own view, so that nobody uses up the slots of others; root finds all.
  private func lookupView(_ name: String, caller: Caller) throws(Errno) -> Entry {
    guard let uid = UInt32(name), String(uid) == name, caller.uid == 0 || caller.uid == uid else {
      return .negative(timeout: 0)
    }
    guard let view = views.view(of: uid) else { throw .tooManyOpenFilesInSystem }
    var entry = entry(for: .viewRoot, view)
    entry.entryTimeout = Self.short
    return entry
  }

  private func lookup(
    _ name: String, in directory: NameDirectory.Entry, _ view: View
  ) throws(Errno) -> Entry {
    if let number = directory.image, let part = try lookup(name, ofNamed: number, view) {
      return part
    }
    guard let child = directory.children[name] else { return .negative(timeout: 0) }
    return entry(forNames: child, view)
  }

  private func lookup(
    _ name: String, ofNamed number: UInt32, _ view: View
  ) throws(Errno) -> Entry? {
    let image = try shelf.image(number)
    var found: Entry
    if name == "root" {
      found = try rootEntry(of: image, view, slot: view.plainSlot)
    } else if let item = ImageItem.published[name] {
      found = try entry(for: item, image, view, slot: publishedSlot(of: number, view))
      if item == .rootBlob { uses.add(found.node) }
    } else {
      return nil
    }
    found.entryTimeout = Self.short
    return found
  }

  /// The slot of the files beside an image's root: all users who may see an image share the pages
  /// of those that everybody may see.
  func publishedSlot(of number: UInt32, _ view: View) -> UInt16 {
    let isForEverybody = (try? shelf.image(number).isForEverybody) ?? false
    return isForEverybody ? View.publicSlot : view.plainSlot
  }

  private func lookup(
    _ name: String, in item: ImageItem, of image: ShelvedImage, _ view: View, slot: UInt16
  ) throws(Errno) -> Entry {
    switch item {
    case .layer where name == "diff":
      return try rootEntry(of: image, view, slot: slot)
    case .layer where name == "link":
      return try entry(for: .layerLink, image, view, slot: slot)
    case .dataDirectory:
      let position = image.listed.bigData.firstIndex { DataKey.fileName(for: $0.key) == name }
      guard let position else { return .negative(timeout: VolumeNodes.forever) }
      return try entry(for: .data(position), image, view, slot: slot)
    case .layer: return .negative(timeout: VolumeNodes.forever)
    default: throw .notDirectory
    }
  }
}
