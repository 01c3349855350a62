/// A tree of inodes with names: what an image's root file system is once its layers are merged.
///
/// An inode may have several names (hard links); a directory has exactly one. Node ids are stable
/// for the life of the tree and mean nothing outside it. Every listing is ordered by name bytes.
public struct FileTree: Sendable {
  /// Names an inode of one tree.
  public struct NodeID: Hashable, Sendable {
    let index: Int
  }

  /// An inode.
  public struct Node: Equatable, Sendable {
    /// Owner, mode, time and extended attributes.
    public var attributes: Attributes
    /// What the inode is.
    public var kind: Kind
    /// How many names the inode has; for a directory, whether it is in the tree (1 or 0).
    public internal(set) var names: Int
  }

  /// The kinds of inode.
  public enum Kind: Equatable, Sendable {
    /// A directory; its entries are asked for with ``FileTree/children(of:)``.
    case directory
    /// A regular file.
    case regular(FileContent)
    /// A symbolic link.
    case symbolicLink(ByteString)
    /// A character device.
    case characterDevice(DeviceNumber)
    /// A block device.
    case blockDevice(DeviceNumber)
    /// A fifo.
    case fifo

    /// Whether this is a directory.
    public var isDirectory: Bool { if case .directory = self { true } else { false } }
  }

  /// All inodes ever added; one without names is out of the tree.
  var nodes: [Node]
  /// For each inode its entries, nil for what is not a directory of the tree.
  var directories: [[ByteString: NodeID]?]

  /// The root directory.
  public let root = NodeID(index: 0)

  /// Makes a tree with an empty root directory.
  public init(root attributes: Attributes = Attributes(mode: 0o755)) {
    nodes = [Node(attributes: attributes, kind: .directory, names: 1)]
    directories = [[:]]
  }

  /// An inode.
  ///
  /// Its attributes and content may be changed, but a directory stays a directory and anything
  /// else never becomes one. The number of names is the tree's own and stays.
  public subscript(id: NodeID) -> Node {
    get { nodes[id.index] }
    set {
      precondition(
        isDirectory(id) == newValue.kind.isDirectory, "an inode does not change between these")
      nodes[id.index].attributes = newValue.attributes
      nodes[id.index].kind = newValue.kind
    }
  }

  /// Whether an inode is a directory.
  public func isDirectory(_ id: NodeID) -> Bool { nodes[id.index].kind.isDirectory }
}
