/// The answer to a lookup: the node a name leads to, and how long the kernel may remember that.
public struct Entry: Hashable, Sendable {
  /// The node; ``NodeID/none`` says that there is no such name.
  public var node: NodeID
  /// The node's attributes; meaningless in a negative entry.
  public var attributes: NodeAttributes
  /// For how many seconds the name leads to this node; 0 makes the kernel ask each time.
  public var entryTimeout: Double
  /// For how many seconds the attributes hold.
  public var attributeTimeout: Double
  /// Tells apart nodes that used one id one after the other; constant where ids are never reused.
  public var generation: UInt64

  /// Makes an entry for a node.
  public init(
    node: NodeID, attributes: NodeAttributes, entryTimeout: Double, attributeTimeout: Double,
    generation: UInt64 = 0
  ) {
    self.node = node
    self.attributes = attributes
    self.entryTimeout = entryTimeout
    self.attributeTimeout = attributeTimeout
    self.generation = generation
  }

  /// The answer that there is no such name, which the kernel remembers for some seconds.
  ///
  /// Throwing `ENOENT` says the same but is not remembered.
  public static func negative(timeout: Double) -> Entry {
    Entry(
      node: .none, attributes: NodeAttributes(inode: 0, kind: .regular, permissions: 0),
      entryTimeout: timeout, attributeTimeout: 0)
  }

  /// Whether this says that there is no such name.
  public var isNegative: Bool { node == .none }
}
