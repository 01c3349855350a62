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
      return try nodes.lookup(name, in: directory)
    case .fixed(let item, let view):
      return try lookup(text(name), in: item, of: view, caller: caller)
    case .names(let entry, _):
      return try lookup(text(name), in: entry)
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
      guard let child = shelf.names.top[name] else { return .negative(timeout: 0) }
      return entry(forNames: child)
    case .overlay:
      if name == "l" { return entry(for: .overlayLinks, view) }
      guard let layer = shelf.layer(name) else { return .negative(timeout: Self.short) }
      return try entry(for: .layer, layer, view)
    case .overlayLinks:
      guard let layer = shelf.link(name) else { return .negative(timeout: Self.short) }
      return try entry(for: .shortLink, layer, view)
    case .overlayImages:
      if let child = FixedItem.child(name, of: item) { return entry(for: child, view) }
      guard let number = shelf.number(ofID: name) else { return .negative(timeout: Self.short) }
      return try entry(for: .dataDirectory, Shelf.Layer(image: number, isKeepID: false), view)
    case .viewRoot, .overlayLayers:
      guard let child = FixedItem.child(name, of: item) else {
        return .negative(timeout: VolumeNodes.forever)
      }
      return entry(for: child, view)
    case .selfLink, .layersDocument, .layersLock, .imagesDocument, .imagesLock:
      throw .notDirectory
    }
  }

  private func lookupTop(_ name: String, caller: Caller) throws(Errno) -> Entry {
    switch name {
    case "views": return entry(for: .viewsDirectory, views.open)
    case "images": return entry(for: .imagesDirectory, views.open)
    case "self":
      guard let view = views.view(of: caller.uid) else { throw .tooManyOpenFilesInSystem }
      // The kernel must ask each time, because the answer depends on who asks; what the link says
      // it may remember, because each user's link is a node of its own.
      var link = entry(for: .selfLink, view)
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

  private func lookup(_ name: String, in directory: NameDirectory.Entry) throws(Errno) -> Entry {
    if let number = directory.image, let part = try lookup(name, ofNamed: number) { return part }
    guard let child = directory.children[name] else { return .negative(timeout: 0) }
    return entry(forNames: child)
  }

  private func lookup(_ name: String, ofNamed number: UInt32) throws(Errno) -> Entry? {
    let image = try shelf.image(number)
    var found: Entry
    if name == "root" {
      let nodes = try volumeNodes(of: image, views.open, slot: View.publicSlot)
      found = nodes.entry(for: try nodes.root())
    } else if let item = ImageItem.published[name] {
      found = try entry(for: item, image, views.open, slot: View.publicSlot)
    } else {
      return nil
    }
    found.entryTimeout = Self.short
    return found
  }

  private func lookup(
    _ name: String, in item: ImageItem, of image: ShelvedImage, _ view: View, slot: UInt16
  ) throws(Errno) -> Entry {
    switch item {
    case .layer where name == "diff":
      let nodes = try volumeNodes(of: image, view, slot: slot)
      return nodes.entry(for: try nodes.root())
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
