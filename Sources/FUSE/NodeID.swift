/// The number by which the kernel names a node of the file system in requests.
///
/// It is the server's to choose and means the same node as long as the mount lives. Two names with
/// one number are hard links: they share attributes, pages and cached link target. It is not the
/// inode number that users see, which is ``NodeAttributes/inode``.
public struct NodeID: RawRepresentable, Hashable, Sendable {
  /// The number; 0 is never a node.
  public let rawValue: UInt64

  /// Makes an id from its number.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// The root directory of the mount, `FUSE_ROOT_ID`.
  public static let root = NodeID(rawValue: 1)
  /// No node: the id in a negative entry and in the entries `.` and `..` of a listing.
  public static let none = NodeID(rawValue: 0)
}
