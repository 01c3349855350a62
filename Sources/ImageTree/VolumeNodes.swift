internal import FUSE
internal import FileTree
internal import Linux
internal import SquashFS
internal import SystemPackage

/// Shows the inodes of one volume as nodes of a mount: named by computed ids, owned as a view says.
struct VolumeNodes: Sendable {
  let reader: VolumeReader
  /// The slot and the image number that go into node ids.
  let slot: UInt16
  let image: UInt32
  /// Who owns what; nil where nothing is shifted.
  let view: View?
  /// Whether the volume's root is the root of the mount.
  let isMountRoot: Bool

  var volume: Volume { reader.volume }

  /// For how long the kernel may remember what never changes, in seconds: a week.
  static let forever: Double = 604_800

  /// The node of an inode.
  func node(of position: InodePosition) -> NodeID {
    if isMountRoot && position == volume.root { return .root }
    return NodeAddress(view: slot, image: image, item: position.rawValue).node
  }

  /// The inode of an item of a node id.
  func inode(_ item: UInt32) throws(Errno) -> Inode {
    do { return try volume.inode(InodePosition(rawValue: item)) } catch {
      throw .staleNFSFileHandle
    }
  }

  /// The root directory.
  func root() throws(Errno) -> Inode { try inode(volume.root.rawValue) }

  /// What stat(2) shows of an inode.
  func attributes(of inode: Inode) -> NodeAttributes {
    let owner = view?.owner(uid: inode.uid, gid: inode.gid, slot: slot) ?? (inode.uid, inode.gid)
    return NodeAttributes(
      inode: NodeAddress(view: slot, image: image, item: 0).inodeNumber(inode.number),
      kind: inode.type.nodeKind, permissions: UInt32(inode.mode), links: inode.links,
      uid: owner.0, gid: owner.1, size: inode.size, modified: Int64(inode.mtime),
      device: device(of: inode))
  }

  /// The answer to a lookup that leads to an inode.
  func entry(for inode: Inode) -> Entry {
    Entry(
      node: node(of: inode.position), attributes: attributes(of: inode),
      entryTimeout: Self.forever, attributeTimeout: Self.forever)
  }

  /// Finds a name in a directory; names that do not exist may be remembered, for nothing changes.
  func lookup(_ name: RawSpan, in directory: Inode) throws(Errno) -> Entry {
    guard case .directory = directory.kind else { throw .notDirectory }
    let found = try checked { () throws(SquashFSError) in
      try volume.lookup(name, in: directory)
    }
    guard let found, isVisible(found.type) else { return .negative(timeout: Self.forever) }
    return entry(for: try inode(found.inode.rawValue))
  }

  /// Whether a view shows inodes of a type: device nodes only where nothing is shifted.
  func isVisible(_ type: EntryType) -> Bool {
    switch type {
    case .characterDevice, .blockDevice: view?.showsDevices ?? true
    default: true
    }
  }

  private func device(of inode: Inode) -> UInt64 {
    switch inode.kind {
    case .characterDevice(let number), .blockDevice(let number):
      deviceNumber(major: number.major, minor: number.minor)
    default: 0
    }
  }
}

extension EntryType {
  /// The type as FUSE has it.
  var nodeKind: NodeKind {
    switch self {
    case .directory: .directory
    case .regular: .regular
    case .symbolicLink: .symbolicLink
    case .blockDevice: .blockDevice
    case .characterDevice: .characterDevice
    case .fifo: .fifo
    case .socket: .socket
    }
  }
}
