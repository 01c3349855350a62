public import FUSE
internal import Synchronization

/// A file system in memory, to be mounted by tests.
///
/// The names `self` in the root and the counts of requests are for tests of the session. It is
/// changed by its `add`, `replace` and `remove` functions at any time; telling the kernel is the
/// test's part.
public final class MemoryFileSystem: Sendable {
  struct State {
    var nodes: [NodeID: MemoryNode] = [:]
    var nextID: UInt64 = 2
    var counts: [String: Int] = [:]
  }

  let state: Mutex<State>
  /// For how long the kernel may remember entries, attributes and missing names, in seconds.
  public let timeout: Double

  /// Makes an empty file system.
  public init(timeout: Double = 3600) {
    self.timeout = timeout
    var first = State()
    first.nodes[.root] = MemoryNode(.directory, permissions: 0o755)
    state = Mutex(first)
  }

  /// How many requests of a kind have come: `lookup`, `attributes`, `read`, `list`, `plus`, ….
  public func count(_ kind: String) -> Int { state.withLock { $0.counts[kind, default: 0] } }

  func note(_ kind: String) { state.withLock { $0.counts[kind, default: 0] += 1 } }
}

extension MemoryFileSystem {
  /// Adds a node to a directory.
  @discardableResult
  public func add(
    _ name: String, in parent: NodeID = .root, _ content: MemoryNode.Content,
    permissions: UInt32 = 0o755, uid: UInt32 = 0, attributes: [String: [UInt8]] = [:]
  ) -> NodeID {
    var node = MemoryNode(content, permissions: permissions)
    node.uid = uid
    node.extendedAttributes = attributes
    return state.withLock { state in
      let id = NodeID(rawValue: state.nextID)
      state.nextID += 1
      state.nodes[id] = node
      state.nodes[parent]?.append(Array(name.utf8), id)
      return id
    }
  }

  /// Gives a node other content.
  public func replace(_ id: NodeID, _ content: MemoryNode.Content) {
    state.withLock { $0.nodes[id]?.content = content }
  }

  /// Removes a name from a directory.
  public func remove(_ name: String, in parent: NodeID = .root) {
    state.withLock { $0.nodes[parent]?.remove(Array(name.utf8)) }
  }
}
