internal import AdditionalImageStore
public import FUSE
internal import SquashFS
internal import Store
public import SystemPackage

extension ImageTree {
  /// The entries of a directory; see ``FUSE/FileSystem``.
  public func list(
    _ node: NodeID, after cookie: UInt64, into page: inout DirectoryPage, caller: Caller
  ) throws(Errno) {
    let address = NodeAddress(node)
    switch try place(node) {
    case .inode(let directory, let nodes):
      let parent = NodeAddress(.layer, of: nodes.image, view: nodes.slot).syntheticInodeNumber
      let isRoot = directory.position == nodes.volume.root
      let number = isRoot ? parent : nodes.attributes(of: directory).inode
      try nodes.list(directory, after: cookie, parent: number, into: &page)
    case .fixed(let item, let view):
      guard item.kind == .directory else { throw .notDirectory }
      list(try children(of: item, view, caller), of: address, after: cookie, into: &page)
    case .names(let entry, _, let view):
      list(children(of: entry, view), of: address, after: cookie, into: &page)
    case .item(let item, let image, _, let slot):
      guard item.kind == .directory else { throw .notDirectory }
      list(children(of: item, image, slot: slot), of: address, after: cookie, into: &page)
    }
  }

  /// A name in a listing that is made up, not read.
  private struct Child {
    let name: String
    let kind: NodeKind
    let inode: UInt64

    init(name: String, kind: NodeKind, inode: UInt64) {
      self.name = name
      self.kind = kind
      self.inode = inode
    }

    init(name: String, kind: NodeKind, address: NodeAddress) {
      self.init(name: name, kind: kind, inode: address.syntheticInodeNumber)
    }
  }

  private func list(
    _ children: [Child], of directory: NodeAddress, after cookie: UInt64,
    into page: inout DirectoryPage
  ) {
    let own = directory.syntheticInodeNumber
    guard appendDots(own: own, parent: own, after: cookie, to: &page) else { return }
    let first = cookie < 3 ? 0 : Int(clamping: cookie - 2)
    for (index, child) in children.enumerated().dropFirst(first) {
      let name = Array(child.name.utf8)
      let taken = page.append(
        name.span.bytes, inode: child.inode, kind: child.kind, cookie: UInt64(index) + 3)
      guard taken else { return }
    }
  }

  private func children(
    of item: FixedItem, _ view: View, _ caller: Caller
  ) throws(Errno) -> [Child] {
    let fixed = item.children.map {
      Child(name: $0.name, kind: $0.item.kind, address: NodeAddress($0.item, view: view.slot))
    }
    let selection = selection(of: view)
    switch item {
    case .mountRoot:
      guard let own = views.view(of: caller.uid) else { return fixed }
      let links: [(String, FixedItem)] = [("images", .imagesLink), ("self", .selfLink)]
      return fixed
        + links.map {
          let address = NodeAddress($0.1, view: own.slot)
          return Child(name: $0.0, kind: .symbolicLink, address: address)
        }
    case .viewsDirectory:
      return views.current.map {
        let address = NodeAddress(.viewRoot, view: $0.slot)
        return Child(name: String($0.identity.uid), kind: .directory, address: address)
      }
    case .imagesDirectory: return children(named: selection.names.top, view)
    case .overlay: return fixed + layers(of: selection, view).map { child(.layer, $0, $0.id) }
    case .overlayLinks:
      return layers(of: selection, view).map {
        child(.shortLink, $0, ListedImage.link(ofLayer: $0.id))
      }
    case .overlayImages:
      return fixed
        + selection.members.map {
          let address = NodeAddress(.dataDirectory, of: $0.image.number, view: view.slot)
          return Child(name: $0.listed.id, kind: .directory, address: address)
        }
    default: return fixed
    }
  }

  private func layers(
    of selection: Selection, _ view: View
  ) -> [(id: String, image: UInt32, slot: UInt16)] {
    selection.members.flatMap { member in
      let plain = (member.listed.layerID, member.image.number, view.slot)
      guard view.identity.keepID != nil else { return [plain] }
      return [plain, (member.listed.keepIDLayerID, member.image.number, view.keepIDSlot)]
    }
  }

  private func child(
    _ item: ImageItem, _ layer: (id: String, image: UInt32, slot: UInt16), _ name: String
  ) -> Child {
    let address = NodeAddress(item, of: layer.image, view: layer.slot)
    return Child(name: name, kind: item.kind, address: address)
  }

  private func children(named items: [String: UInt32], _ view: View) -> [Child] {
    items.sorted { $0.key < $1.key }.map {
      let address = NodeAddress(view: view.slot, image: 0, item: $0.value)
      return Child(name: $0.key, kind: .directory, address: address)
    }
  }

  private func children(of entry: NameDirectory.Entry, _ view: View) -> [Child] {
    guard let number = entry.image else { return children(named: entry.children, view) }
    let root = Child(name: "root", kind: .directory, inode: rootInodeNumber(of: number))
    let files = ImageItem.published.sorted { $0.key < $1.key }.map {
      let address = NodeAddress($0.value, of: number, view: publishedSlot(of: number, view))
      return Child(name: $0.key, kind: .regular, address: address)
    }
    let own = Set(ImageItem.published.keys).union(["root"])
    return [root] + files + children(named: entry.children.filter { !own.contains($0.key) }, view)
  }

  /// What stat(2) shows as the inode number of an image's root directory; while the image cannot
  /// be read, a number that nothing else has.
  private func rootInodeNumber(of image: UInt32) -> UInt64 {
    let address = NodeAddress(view: View.publicSlot, image: image, item: 0)
    guard let volume = try? shelf.image(image).load().volume,
      let root = try? volume.inode(volume.root)
    else { return address.syntheticInodeNumber }
    return address.inodeNumber(root.number)
  }

  private func children(
    of item: ImageItem, _ image: ShelvedImage, slot: UInt16
  ) -> [Child] {
    if item == .layer {
      let link = NodeAddress(.layerLink, of: image.number, view: slot)
      return [
        Child(name: "diff", kind: .directory, inode: rootInodeNumber(of: image.number)),
        Child(name: "link", kind: .regular, address: link),
      ]
    }
    return image.listed.bigData.enumerated().map { position, datum in
      let address = NodeAddress(.data(position), of: image.number, view: slot)
      return Child(name: DataKey.fileName(for: datum.key), kind: .regular, address: address)
    }
  }
}
