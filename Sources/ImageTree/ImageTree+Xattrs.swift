public import FUSE
public import SystemPackage

extension ImageTree {
  /// The value of an extended attribute; see ``FUSE/FileSystem``.
  public func extendedAttribute(
    _ name: RawSpan, of node: NodeID, caller: Caller
  ) throws(Errno) -> [UInt8] {
    let place = try place(node)
    guard case .inode(let inode, let nodes) = place else { throw .noData }
    return try nodes.extendedAttribute(name, of: inode)
  }

  /// The names of a node's extended attributes; see ``FUSE/FileSystem``.
  public func extendedAttributeNames(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8] {
    let place = try place(node)
    guard case .inode(let inode, let nodes) = place else { return [] }
    return try nodes.extendedAttributeNames(of: inode)
  }
}
