public import SystemPackage

/// A read-only file system that a ``Session`` shows.
///
/// Every function is called from several threads at once and says what went wrong as an `Errno`,
/// which is what the calling program gets. Node ids are computed, not counted: the kernel may ask for
/// any id it was ever given, also one from before a restart. Ids that make no sense are answered with `ESTALE` or `ENOENT`. Permissions are the kernel's to check
/// (``MountOptions/defaultPermissions``); ``Caller`` is for names that depend on who asks.
///
/// Spans are lent for the duration of the call. Files and directories are never opened or closed:
/// the kernel learns with the first open that it need not ask, and keeps pages and listings until
/// a ``Notifier`` says otherwise.
public protocol FileSystem: Sendable {
  /// Finds a name in a directory.
  ///
  /// - Parameter name: the bytes of the name, never `.`, `..`, or with a slash.
  /// - Returns: the entry; ``Entry/negative(timeout:)`` where absence may be remembered.
  func lookup(_ name: RawSpan, in parent: NodeID, caller: Caller) throws(Errno) -> Entry

  /// The attributes of a node.
  func attributes(of node: NodeID, caller: Caller) throws(Errno) -> AttributesReply

  /// The target of a symbolic link, at most 4,095 bytes; the kernel remembers it for ever by node.
  func linkTarget(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8]

  /// Bytes of a regular file.
  ///
  /// - Parameter count: how many are asked for, at most ``SessionOptions/maxRead``.
  /// - Returns: that many, or fewer at the end of the file.
  func read(
    _ node: NodeID, at offset: UInt64, count: Int, caller: Caller
  ) throws(Errno) -> ReadReply

  /// The entries of a directory that follow a cookie, `.` and `..` among them, until the page is
  /// full or the directory ends.
  ///
  /// - Parameter cookie: 0 for the beginning, else the cookie of the last entry that was taken.
  /// - Parameter page: takes the entries; ``DirectoryPage/wantsEntries`` says in which form.
  func list(
    _ node: NodeID, after cookie: UInt64, into page: inout DirectoryPage, caller: Caller
  ) throws(Errno)

  /// The value of an extended attribute.
  ///
  /// Throws `ENODATA` when the node has none of that name. `ENOSYS` says that this file system
  /// has no extended attributes at all; the kernel then never asks again.
  func extendedAttribute(
    _ name: RawSpan, of node: NodeID, caller: Caller
  ) throws(Errno) -> [UInt8]

  /// The names of a node's extended attributes, each followed by a zero byte, as in listxattr(2).
  func extendedAttributeNames(of node: NodeID, caller: Caller) throws(Errno) -> [UInt8]

  /// What statfs(2) shows.
  func statistics(of node: NodeID, caller: Caller) throws(Errno) -> FileSystemStatistics

  /// The kernel gives a node back as many times as it was given it by ``lookup(_:in:caller:)``, or
  /// by an entry in a listing, once nothing on the machine refers to it.
  ///
  /// A count of answers less these tells whether a node may be in use: open, mounted, somebody's
  /// current directory, or merely remembered. Nothing is forgotten when the mount ends.
  func forget(_ node: NodeID, count: UInt64)
}

extension FileSystem {
  /// Does nothing, for file systems that do not count.
  public func forget(_ node: NodeID, count: UInt64) {}
}
