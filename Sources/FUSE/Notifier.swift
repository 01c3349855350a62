internal import CFuse
internal import Glibc
public import Linux
public import SystemPackage

/// Tells the kernel what has changed, or gives it pages it has not asked for.
///
/// All functions may be called from any number of threads, but never from one that answers
/// requests: the kernel waits for locks that a request in flight may hold. A session that has ended
/// makes them throw `ENOTCONN`. `ENOENT` says that the kernel does not know the node or name, so
/// that there is nothing to do; it is not thrown by the invalidations.
public struct Notifier: Sendable {
  private let connection: Connection

  init(_ connection: Connection) { self.connection = connection }

  /// Makes the kernel forget a node's attributes and its cached pages or listing.
  public func invalidate(_ node: NodeID) throws(Errno) {
    try check(ignoringMissing: true) { fuse_lowlevel_notify_inval_inode($0, node.rawValue, 0, 0) }
  }

  /// Makes the kernel forget a node's attributes only.
  public func invalidateAttributes(_ node: NodeID) throws(Errno) {
    try check(ignoringMissing: true) { fuse_lowlevel_notify_inval_inode($0, node.rawValue, -1, 0) }
  }

  /// Makes the kernel forget what a name in a directory leads to, or that there is no such name.
  public func invalidateEntry(_ name: RawSpan, in parent: NodeID) throws(Errno) {
    try name.withUnsafeBytes { (bytes) throws(Errno) in
      let text = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      try check(ignoringMissing: true) {
        fuse_lowlevel_notify_inval_entry($0, parent.rawValue, text, bytes.count)
      }
    }
  }

  /// Puts bytes of a regular file into the kernel's page cache (`FUSE_NOTIFY_STORE`).
  ///
  /// The kernel must know the node. The bytes are copied before this returns. Partial pages are
  /// completed by zeros only at the end of the file, so begin and end on pages.
  public func store(_ bytes: RawSpan, in node: NodeID, at offset: UInt64) throws(Errno) {
    guard let start = off_t(exactly: offset) else { throw .invalidArgument }
    try bytes.withUnsafeBytes { (bytes) throws(Errno) in
      var vector = fuse_bufvec()
      vector.count = 1
      vector.buf.size = bytes.count
      vector.buf.mem = UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      vector.buf.fd = -1
      try check(ignoringMissing: false) {
        fuse_lowlevel_notify_store($0, node.rawValue, start, &vector, fuse_buf_copy_flags(0))
      }
    }
  }

  /// Puts part of a buffer into the kernel's page cache; see ``store(_:in:at:)``.
  public func store(
    _ buffer: SharedBuffer, _ range: Range<Int>, in node: NodeID, at offset: UInt64
  ) throws(Errno) {
    try buffer.withBytes { (bytes) throws(Errno) in
      try store(bytes.extracting(range), in: node, at: offset)
    }
  }

  private func check(
    ignoringMissing: Bool, _ body: (OpaquePointer) -> Int32
  ) throws(Errno) {
    let result = try connection.use(body)
    if result == 0 || (ignoringMissing && result == -ENOENT) { return }
    throw Errno(rawValue: -result)
  }
}
