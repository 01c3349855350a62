/// Collects the names of a tree, in any order and from any source, and puts them into the
/// canonical form that ``DumpLine`` defines.
public struct Dump: Sendable {
  private var names: [(path: ByteString, inode: Int)] = []
  private var inodes: [DumpedInode] = []
  private var places: [UInt64: Int] = [:]

  /// Makes an empty dump.
  public init() {}

  /// Adds a name.
  ///
  /// - Parameters:
  ///   - path: The path without a leading slash; empty for the root.
  ///   - identity: What names of one inode have in common, such as the inode number.
  ///   - inode: Describes the inode; asked only at the first name of each identity.
  public mutating func add<Failure: Error>(
    _ path: ByteString, identity: UInt64, inode: () throws(Failure) -> DumpedInode
  ) throws(Failure) {
    if let place = places[identity] {
      names.append((path, place))
    } else {
      inodes.append(try inode())
      names.append((path, inodes.count - 1))
      places[identity] = inodes.count - 1
    }
  }

  /// The lines, sorted by path bytes.
  public func lines() -> [DumpLine] {
    var first = [ByteString?](repeating: nil, count: inodes.count)
    return names.sorted { $0.path < $1.path }.map { path, inode in
      if let leader = first[inode] { return DumpLine(path: path, content: .hardLink(leader)) }
      first[inode] = path
      return DumpLine(path: path, content: .inode(inodes[inode]))
    }
  }
}
