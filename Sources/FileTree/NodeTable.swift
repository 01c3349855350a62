extension FileTree {
  /// A value for some of the inodes of one tree: a dictionary that is an array, as node ids are
  /// small numbers.
  public struct NodeTable<Value> {
    private var slots: [Value?] = []
    /// How many inodes have a value.
    public private(set) var count = 0

    /// Makes an empty table.
    public init() {}

    /// Makes an empty table with room for every inode of a tree.
    public init(for tree: borrowing FileTree) { slots.reserveCapacity(tree.inodeCount) }

    /// The values of the inodes that have one, in the order in which these were added to the tree.
    public var values: some Sequence<Value> { slots.lazy.compactMap(\.self) }

    /// The value of an inode.
    public subscript(node: NodeID) -> Value? {
      get { node.index < slots.count ? slots[node.index] : nil }
      set {
        while slots.count <= node.index { slots.append(nil) }
        count += (newValue == nil ? 0 : 1) - (slots[node.index] == nil ? 0 : 1)
        slots[node.index] = newValue
      }
    }
  }
}

extension FileTree.NodeTable: Sendable where Value: Sendable {}

extension FileTree.NodeTable: ExpressibleByDictionaryLiteral {
  /// Makes a table with some values; of several for one inode the last counts.
  public init(dictionaryLiteral elements: (FileTree.NodeID, Value)...) {
    for (node, value) in elements { self[node] = value }
  }
}
