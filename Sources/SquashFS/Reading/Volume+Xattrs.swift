public import FileTree

extension Volume {
  /// The extended attributes of an inode, in the order of the image.
  ///
  /// Attributes of namespaces other than `user.`, `trusted.` and `security.` do not exist, as for
  /// the kernel.
  public func xattrs(of inode: Inode) throws(SquashFSError) -> [ExtendedAttribute] {
    var result: [ExtendedAttribute] = []
    guard let xattrs = tables.xattrs, inode.hasXattrs else { return result }
    try xattrs.forEach(Int(inode.xattrIndex)) { (pair) throws(SquashFSError) in
      guard let namespace = pair.namespace else { return true }
      let name = try xattrs.withName(of: pair) { $0.array }
      let value = try xattrs.withValue(of: pair) { $0.array }
      result.append(
        ExtendedAttribute(name: ByteString(namespace.withUTF8Buffer { $0 + name }), value: value))
      return true
    }
    return result
  }

  /// The value of one extended attribute, or `nil` when the inode has none of that name.
  ///
  /// - Parameter name: The full name, such as `security.capability`.
  public func xattr(_ name: RawSpan, of inode: Inode) throws(SquashFSError) -> [UInt8]? {
    var result: [UInt8]?
    guard let xattrs = tables.xattrs, inode.hasXattrs else { return nil }
    try xattrs.forEach(Int(inode.xattrIndex)) { (pair) throws(SquashFSError) in
      guard let namespace = pair.namespace else { return true }
      let isWanted = try xattrs.withName(of: pair) { name.isJoined(of: namespace, and: $0) }
      if isWanted { result = try xattrs.withValue(of: pair) { $0.array } }
      return !isWanted
    }
    return result
  }
}

extension RawSpan {
  /// Whether the bytes are two strings one behind the other.
  fileprivate func isJoined(of first: StaticString, and second: RawSpan) -> Bool {
    withUnsafeBytes { whole in
      first.withUTF8Buffer { first in
        second.withUnsafeBytes { second in
          whole.count == first.count + second.count && whole.starts(with: first)
            && whole.dropFirst(first.count).elementsEqual(second)
        }
      }
    }
  }
}
