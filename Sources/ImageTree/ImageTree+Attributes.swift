internal import AdditionalImageStore
public import FUSE
internal import Store
public import SystemPackage

extension ImageTree {
  /// The attributes of a node; see ``FUSE/FileSystem``.
  public func attributes(of node: NodeID, caller: Caller) throws(Errno) -> AttributesReply {
    switch try place(node) {
    case .inode(let inode, let nodes):
      return AttributesReply(nodes.attributes(of: inode), timeout: VolumeNodes.forever)
    case .fixed(let item, let view):
      let timeout = item.changes ? Self.short : VolumeNodes.forever
      return AttributesReply(attributes(of: item, view), timeout: timeout)
    case .names(_, let item, let view):
      return AttributesReply(attributes(ofNames: item, view), timeout: Self.short)
    case .item(let item, let image, let view, let slot):
      let attributes = try attributes(of: item, image, view, slot: slot)
      return AttributesReply(attributes, timeout: VolumeNodes.forever)
    }
  }

  /// What stat(2) shows of a fixed item.
  func attributes(of item: FixedItem, _ view: View) -> NodeAttributes {
    let owner = view.owner(uid: 0, gid: 0, slot: view.slot)
    let number = NodeAddress(item, view: view.slot).syntheticInodeNumber
    let size: Int
    switch item {
    case .imagesDocument: size = documents(of: view).images.count
    case .layersDocument: size = documents(of: view).layers.count
    case .imagesLock, .layersLock: size = documents(of: view).cookie.count
    case .selfLink, .imagesLink: size = target(of: item, view).count
    default: size = 0
    }
    return NodeAttributes(
      inode: number, kind: item.kind, permissions: item.permissions,
      links: item.kind == .directory ? 2 : 1, uid: owner.uid, gid: owner.gid, size: UInt64(size),
      modified: shelf.modified)
  }

  /// What stat(2) shows of a directory of names.
  func attributes(ofNames item: UInt32, _ view: View) -> NodeAttributes {
    let owner = view.owner(uid: 0, gid: 0, slot: view.slot)
    return NodeAttributes(
      inode: NodeAddress(view: view.slot, image: 0, item: item).syntheticInodeNumber,
      kind: .directory, permissions: 0o555, links: 2, uid: owner.uid, gid: owner.gid,
      modified: shelf.modified)
  }

  /// What stat(2) shows of something of an image.
  func attributes(
    of item: ImageItem, _ image: ShelvedImage, _ view: View, slot: UInt16
  ) throws(Errno) -> NodeAttributes {
    let owner = view.owner(uid: 0, gid: 0, slot: slot)
    let kind = item.kind
    return NodeAttributes(
      inode: NodeAddress(item, of: image.number, view: slot).syntheticInodeNumber, kind: kind,
      permissions: kind == .regular ? 0o444 : kind == .directory ? 0o555 : 0o777,
      links: kind == .directory ? 2 : 1, uid: owner.uid, gid: owner.gid,
      size: try size(of: item, image, slot: slot), modified: image.record.imported)
  }

  private func size(
    of item: ImageItem, _ image: ShelvedImage, slot: UInt16
  ) throws(Errno) -> UInt64 {
    switch item {
    case .layer, .dataDirectory: 0
    case .layerLink: UInt64(link(of: image, slot: slot).utf8.count)
    case .shortLink: UInt64(shortLinkTarget(of: image, slot: slot).count)
    case .rootBlob: try image.load().rootBlobSize
    case .config, .manifest: UInt64(try document(item, of: image).count)
    case .data(let position):
      position < image.listed.bigData.count ? UInt64(image.listed.bigData[position].size) : 0
    }
  }
}

extension FixedItem {
  /// Whether a newer generation may change it.
  var changes: Bool {
    switch self {
    case .mountRoot, .viewsDirectory, .selfLink, .imagesLink, .viewRoot, .overlayLayers: false
    case .imagesDirectory, .overlay, .overlayLinks, .layersDocument, .layersLock, .overlayImages,
      .imagesDocument, .imagesLock:
      true
    }
  }

  /// The type.
  var kind: NodeKind {
    switch self {
    case .selfLink, .imagesLink: .symbolicLink
    case .layersDocument, .layersLock, .imagesDocument, .imagesLock: .regular
    default: .directory
    }
  }

  /// The permission bits: a view is its user's alone.
  var permissions: UInt32 {
    switch kind {
    case .symbolicLink: 0o777
    case .regular: 0o444
    default: self == .viewRoot ? 0o700 : 0o555
    }
  }

  /// The fixed children of a directory of a view, in the order of a listing.
  var children: [(name: String, item: FixedItem)] {
    switch self {
    case .mountRoot: [("views", .viewsDirectory)]
    case .viewRoot:
      [
        ("images", .imagesDirectory), ("overlay", .overlay), ("overlay-images", .overlayImages),
        ("overlay-layers", .overlayLayers),
      ]
    case .overlay: [("l", .overlayLinks)]
    case .overlayLayers: [("layers.json", .layersDocument), ("layers.lock", .layersLock)]
    case .overlayImages: [("images.json", .imagesDocument), ("images.lock", .imagesLock)]
    default: []
    }
  }

  /// The fixed child of a directory with a name.
  static func child(_ name: String, of item: FixedItem) -> FixedItem? {
    item.children.first { $0.name == name }?.item
  }
}

extension ImageItem {
  /// The type.
  var kind: NodeKind {
    switch self {
    case .layer, .dataDirectory: .directory
    case .shortLink: .symbolicLink
    case .layerLink, .rootBlob, .config, .manifest, .data: .regular
    }
  }

  /// What lies beside `root` in `images/<name>`.
  static let published: [String: ImageItem] = [
    "root.squashfs": .rootBlob, "config.json": .config, "manifest.json": .manifest,
  ]
}
