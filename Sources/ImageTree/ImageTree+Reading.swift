internal import AdditionalImageStore
public import FUSE
internal import Linux
internal import SquashFS
internal import Store
public import SystemPackage

extension ImageTree {
  /// Bytes of a regular file; see ``FUSE/FileSystem``.
  public func read(
    _ node: NodeID, at offset: UInt64, count: Int, caller: Caller
  ) throws(Errno) -> ReadReply {
    switch try place(node) {
    case .inode(let inode, let nodes):
      noteUse(of: nodes, isRead: true)
      return try nodes.reader.read(inode, at: offset, count: count)
    case .fixed(let item, let view):
      return part(of: try bytes(of: item, view), at: offset, count: count)
    case .item(.rootBlob, let image, _, _):
      return try image.load().readRootBlob(at: offset, count: count)
    case .item(let item, let image, _, let slot):
      return part(of: try bytes(of: item, image, slot: slot), at: offset, count: count)
    case .names: throw .isDirectory
    }
  }

  /// The target of a symbolic link; see ``FUSE/FileSystem``.
  public func linkTarget(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8] {
    switch try place(node) {
    case .inode(let inode, let nodes):
      guard inode.type == .symbolicLink else { throw .invalidArgument }
      return try checked { () throws(SquashFSError) in try nodes.volume.linkTarget(of: inode) }
    case .fixed(let item, let view) where item.kind == .symbolicLink:
      return target(of: item, view)
    case .item(.shortLink, let image, _, let slot): return shortLinkTarget(of: image, slot: slot)
    default: throw .invalidArgument
    }
  }

  /// The target of `self` or `images` for a view's user.
  func target(of link: FixedItem, _ view: View) -> [UInt8] {
    let own = "views/\(view.identity.uid)"
    return Array((link == .imagesLink ? own + "/images" : own).utf8)
  }

  /// The target of `overlay/l/<link>`.
  func shortLinkTarget(of image: ShelvedImage, slot: UInt16) -> [UInt8] {
    Array("../\(layerID(of: image, slot: slot))/diff".utf8)
  }

  /// The short name of a layer.
  func link(of image: ShelvedImage, slot: UInt16) -> String {
    ListedImage.link(ofLayer: layerID(of: image, slot: slot))
  }

  /// The id of the layer that shows an image in a slot.
  func layerID(of image: ShelvedImage, slot: UInt16) -> String {
    View.isKeepID(slot) ? image.listed.keepIDLayerID : image.listed.layerID
  }

  /// A document of an image.
  func document(_ item: ImageItem, of image: ShelvedImage) throws(Errno) -> [UInt8] {
    let name: String
    switch item {
    case .config: name = DocumentName.config
    case .manifest: name = DocumentName.manifest
    case .data(let position) where position < image.listed.bigData.count:
      name = image.listed.bigData[position].document
    default: throw .invalidArgument
    }
    guard let bytes = try image.load().object.documents[name] else { throw .ioError }
    return bytes
  }

  private func bytes(of item: FixedItem, _ view: View) throws(Errno) -> [UInt8] {
    switch item {
    case .imagesDocument: return documents(of: view).images
    case .layersDocument: return documents(of: view).layers
    case .imagesLock, .layersLock: return documents(of: view).cookie
    case .selfLink, .imagesLink: throw .invalidArgument
    default: throw .isDirectory
    }
  }

  private func bytes(
    of item: ImageItem, _ image: ShelvedImage, slot: UInt16
  ) throws(Errno) -> [UInt8] {
    switch item {
    case .layerLink: return Array(link(of: image, slot: slot).utf8)
    case .config, .manifest, .data: return try document(item, of: image)
    case .layer, .dataDirectory: throw .isDirectory
    case .shortLink, .rootBlob: throw .invalidArgument
    }
  }

  private func part(of bytes: [UInt8], at offset: UInt64, count: Int) -> ReadReply {
    guard offset < UInt64(bytes.count) else { return ReadReply() }
    let start = Int(offset)
    let end = start + min(count, bytes.count - start)
    let buffer = SharedBuffer(copying: bytes.span.bytes.extracting(start..<end))
    return ReadReply(buffer, 0..<buffer.count)
  }
}
