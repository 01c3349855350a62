internal import CFuse

/// One page of a directory listing, filled entry by entry.
///
/// It is valid only during the call it was lent for. Names that no program could use (empty, over
/// 255 bytes, with a zero or a slash) are left out, since the kernel would refuse the whole page.
public struct DirectoryPage: ~Copyable {
  /// Whether the kernel wants whole entries (readdirplus) rather than names and types.
  ///
  /// Both `append` functions work in either case; where this is false attributes need not be
  /// found, where it is true ``append(_:inode:kind:cookie:)`` leaves them to a later lookup.
  public let wantsEntries: Bool

  private let request: fuse_req_t?
  private let buffer: UnsafeMutableRawBufferPointer
  private(set) var filled = 0

  /// Lends memory to a page; a page that no request asked for has none.
  init(_ request: fuse_req_t?, _ buffer: UnsafeMutableRawBufferPointer, wantsEntries: Bool) {
    self.request = request
    self.buffer = buffer
    self.wantsEntries = wantsEntries
  }

  /// Appends an entry with its attributes.
  ///
  /// - Parameter cookie: from where a later call continues after this entry: 1 ... Int64.max.
  /// - Returns: false when the page is full and the entry was not taken; the listing stops there.
  public mutating func append(_ name: RawSpan, _ entry: Entry, cookie: UInt64) -> Bool {
    guard wantsEntries else { return append(name, entry.attributes, cookie: cookie) }
    var parameters = fuse_entry_param(entry)
    let (request, next) = (request, off_t(truncatingIfNeeded: cookie))
    return add(name) { text, place, room in
      fuse_add_direntry_plus(request, place, room, text, &parameters, next)
    }
  }

  /// Appends a name with its type, for `.`, `..`, and where only names are wanted.
  ///
  /// - Returns: false when the page is full and the entry was not taken.
  public mutating func append(
    _ name: RawSpan, inode: UInt64, kind: NodeKind, cookie: UInt64
  ) -> Bool {
    let attributes = NodeAttributes(inode: inode, kind: kind, permissions: 0)
    guard wantsEntries else { return append(name, attributes, cookie: cookie) }
    let entry = Entry(node: .none, attributes: attributes, entryTimeout: 0, attributeTimeout: 0)
    return append(name, entry, cookie: cookie)
  }

  private mutating func append(
    _ name: RawSpan, _ attributes: NodeAttributes, cookie: UInt64
  ) -> Bool {
    var status = stat(attributes)
    let (request, next) = (request, off_t(truncatingIfNeeded: cookie))
    return add(name) { text, place, room in
      fuse_add_direntry(request, place, room, text, &status, next)
    }
  }

  /// Makes a C string of the name, adds it, and accounts for the room it took.
  private mutating func add(
    _ name: RawSpan,
    _ body: (UnsafePointer<CChar>, UnsafeMutablePointer<CChar>?, Int) -> Int
  ) -> Bool {
    let count = name.byteCount
    guard Self.isUsable(name) else { return true }
    let room = buffer.count - filled
    let place = buffer.baseAddress?.advanced(by: filled).assumingMemoryBound(to: CChar.self)
    let needed = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
      name.withUnsafeBytes { UnsafeMutableRawBufferPointer(text).copyMemory(from: $0) }
      text[count] = 0
      guard let start = text.baseAddress else { return Int.max }
      return body(start, place, room)
    }
    guard needed <= room else { return false }
    filled += needed
    return true
  }

  private static func isUsable(_ name: RawSpan) -> Bool {
    guard 1...255 ~= name.byteCount else { return false }
    return name.withUnsafeBytes { bytes in
      !bytes.contains { $0 == 0 || $0 == UInt8(ascii: "/") }
    }
  }
}
