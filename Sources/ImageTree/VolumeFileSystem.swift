public import FUSE
public import SquashFS
public import Store
public import SystemPackage

/// One volume's root file system as a whole mount: an image of a store, or any SquashFS file.
///
/// Ids are shown as they are in the volume, and every kind of inode is shown. Nothing in it ever
/// changes, so the kernel may remember all it sees.
public final class VolumeFileSystem: FileSystem {
  private let nodes: VolumeNodes

  /// Shows a volume whose data comes from somewhere.
  ///
  /// - Parameter start: What is done about its start; nil for nothing.
  public init(
    _ volume: Volume, content: any VolumeContent, start: (any ImageStart)? = nil
  ) {
    nodes = VolumeNodes(
      reader: VolumeReader(volume: volume, content: content, start: start), slot: View.publicSlot,
      image: 1, view: nil, isMountRoot: true)
  }

  /// Shows an image of a store.
  ///
  /// - Throws: What the volume says of damaged metadata.
  public convenience init(
    _ object: ImageObject, source: any ContentSource
  ) throws(SquashFSError) {
    let image = try LoadedImage(object, source: source)
    self.init(image.volume, content: image)
  }

  private func inode(_ node: NodeID) throws(Errno) -> Inode {
    node == .root ? try nodes.root() : try nodes.inode(NodeAddress(node).item)
  }

  /// Finds a name in a directory; see ``FUSE/FileSystem``.
  public func lookup(
    _ name: RawSpan, in parent: NodeID, caller: Caller
  ) throws(Errno) -> Entry {
    nodes.noteUse(isRead: false) { "" }
    return try nodes.lookup(name, in: try inode(parent))
  }

  /// The attributes of a node; see ``FUSE/FileSystem``.
  public func attributes(of node: NodeID, caller: Caller) throws(Errno) -> AttributesReply {
    AttributesReply(nodes.attributes(of: try inode(node)), timeout: VolumeNodes.forever)
  }

  /// The target of a symbolic link; see ``FUSE/FileSystem``.
  public func linkTarget(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8] {
    let inode = try inode(node)
    guard inode.type == .symbolicLink else { throw .invalidArgument }
    return try checked { () throws(SquashFSError) in try nodes.volume.linkTarget(of: inode) }
  }

  /// Bytes of a regular file; see ``FUSE/FileSystem``.
  public func read(
    _ node: NodeID, at offset: UInt64, count: Int, caller: Caller
  ) throws(Errno) -> ReadReply {
    nodes.noteUse(isRead: true) { "" }
    return try nodes.reader.read(try inode(node), at: offset, count: count)
  }

  /// The entries of a directory; see ``FUSE/FileSystem``.
  public func list(
    _ node: NodeID, after cookie: UInt64, into page: inout DirectoryPage, caller: Caller
  ) throws(Errno) {
    let directory = try inode(node)
    let own = nodes.attributes(of: directory).inode
    try nodes.list(directory, after: cookie, parent: own, into: &page)
  }

  /// The value of an extended attribute; see ``FUSE/FileSystem``.
  ///
  /// A volume without any says `ENOSYS`, after which the kernel does not ask again.
  public func extendedAttribute(
    _ name: RawSpan, of node: NodeID, caller: Caller
  ) throws(Errno) -> [UInt8] {
    guard nodes.volume.hasXattrs else { throw .noFunction }
    return try nodes.extendedAttribute(name, of: try inode(node))
  }

  /// The names of a node's extended attributes; see ``FUSE/FileSystem``.
  public func extendedAttributeNames(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8] {
    try nodes.extendedAttributeNames(of: try inode(node))
  }

  /// The size of the volume and its number of inodes.
  public func statistics(of node: NodeID, caller: Caller) throws(Errno) -> FileSystemStatistics {
    let superblock = nodes.volume.superblock
    return FileSystemStatistics(
      blockSize: superblock.blockSize,
      blocks: superblock.bytesUsed / UInt64(superblock.blockSize) + 1,
      inodes: UInt64(superblock.inodeCount), nameLimit: 256)
  }
}
