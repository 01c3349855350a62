public import FUSE

/// What a newer catalog changed, for the kernel to forget and for the log.
public struct TreeChange: Sendable {
  /// A name in a directory.
  public struct Name: Hashable, Sendable {
    /// The directory.
    public let parent: NodeID
    /// The bytes of the name.
    public let bytes: [UInt8]

    /// The name as text.
    public var name: String { String(decoding: bytes, as: UTF8.self) }

    init(parent: NodeID, name: String) {
      self.init(parent: parent, bytes: Array(name.utf8))
    }

    init(parent: NodeID, bytes: [UInt8]) {
      self.parent = parent
      self.bytes = bytes
    }
  }

  /// The nodes whose attributes and pages the kernel must forget, in the order in which it must:
  /// documents before the lock files that tell readers of them.
  public var nodes: [NodeID] = []
  /// The names that lead to images which are not listed any more, and must be asked for again: who
  /// uses an image goes on, and what nobody uses is given back (``FUSE/FileSystem/forget(_:count:)``).
  public var names: [Name] = []
  /// The ids of images that are newly among those that cannot be shown.
  public var unshown: [String] = []
}
