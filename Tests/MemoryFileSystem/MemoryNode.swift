public import FUSE
public import Linux

/// A node of a ``MemoryFileSystem``.
public struct MemoryNode: Sendable {
  /// What a node holds.
  public enum Content: Sendable {
    /// Other nodes; begins empty.
    case directory
    /// These bytes, sent in pieces of so many bytes.
    case file(SharedBuffer, piece: Int)
    /// These bytes; each read offers all the others.
    case offering(SharedBuffer)
    /// These bytes, after the closure has returned, which is called for each read.
    case waiting(SharedBuffer, @Sendable () -> Void)
    /// So many zeros.
    case zeros(Int)
    /// A path.
    case symbolicLink(String)
    /// A device node, fifo or socket.
    case special(NodeKind, device: UInt64)
    /// A file of this size that cannot be read.
    case unreadable(Int)
  }

  var content: Content
  let permissions: UInt32
  var uid: UInt32 = 0
  var extendedAttributes: [String: [UInt8]] = [:]
  private(set) var children: [(name: [UInt8], id: NodeID)] = []
  private var index: [[UInt8]: NodeID] = [:]

  init(_ content: Content, permissions: UInt32) {
    self.content = content
    self.permissions = permissions
  }

  mutating func append(_ name: [UInt8], _ id: NodeID) {
    children.append((name, id))
    index[name] = id
  }

  mutating func remove(_ name: [UInt8]) {
    children.removeAll { $0.name == name }
    index[name] = nil
  }

  func child(_ name: [UInt8]) -> NodeID? { index[name] }

  var kind: NodeKind {
    switch content {
    case .directory: .directory
    case .file, .offering, .waiting, .zeros, .unreadable: .regular
    case .symbolicLink: .symbolicLink
    case .special(let kind, _): kind
    }
  }

  func attributes(_ id: NodeID) -> NodeAttributes {
    var result = NodeAttributes(
      inode: id.rawValue, kind: kind, permissions: permissions, uid: uid, gid: uid,
      modified: 1_600_000_000)
    switch content {
    case .directory: result.links = 2
    case .file(let buffer, _), .offering(let buffer), .waiting(let buffer, _):
      result.size = UInt64(buffer.count)
    case .zeros(let count), .unreadable(let count): result.size = UInt64(count)
    case .symbolicLink(let path): result.size = UInt64(path.utf8.count)
    case .special(_, let device): result.device = device
    }
    return result
  }
}
