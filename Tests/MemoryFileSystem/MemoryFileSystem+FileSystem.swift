public import FUSE
internal import Linux
internal import Synchronization
public import SystemPackage

/// The nodes of the per-caller links `self`: this number plus the caller's user id.
private let firstSelf: UInt64 = 1 << 40

extension MemoryFileSystem: FileSystem {
  func node(_ id: NodeID) throws(Errno) -> MemoryNode {
    guard let node = state.withLock({ $0.nodes[id] }) else { throw .staleNFSFileHandle }
    return node
  }

  func entry(_ id: NodeID) throws(Errno) -> Entry {
    Entry(
      node: id, attributes: try node(id).attributes(id), entryTimeout: timeout,
      attributeTimeout: timeout)
  }

  /// Finds a name; `self` in the root depends on who asks.
  public func lookup(
    _ name: RawSpan, in parent: NodeID, caller: Caller
  ) throws(Errno) -> Entry {
    note("lookup")
    let bytes = name.withUnsafeBytes { [UInt8]($0) }
    if parent == .root, bytes == Array("self".utf8) {
      let id = NodeID(rawValue: firstSelf + UInt64(caller.uid))
      return Entry(
        node: id, attributes: selfAttributes(id), entryTimeout: 0, attributeTimeout: timeout)
    }
    guard let id = try node(parent).child(bytes) else { return .negative(timeout: timeout) }
    return try entry(id)
  }

  private func selfAttributes(_ id: NodeID) -> NodeAttributes {
    NodeAttributes(inode: id.rawValue, kind: .symbolicLink, permissions: 0o777, size: 5)
  }

  /// The attributes of a node.
  public func attributes(of id: NodeID, caller: Caller) throws(Errno) -> AttributesReply {
    note("attributes")
    if id.rawValue >= firstSelf { return AttributesReply(selfAttributes(id), timeout: timeout) }
    return AttributesReply(try node(id).attributes(id), timeout: timeout)
  }

  /// The target of a link, or `u/<uid>` for the links `self`.
  public func linkTarget(of id: NodeID, caller: Caller) throws(Errno) -> [UInt8] {
    note("link")
    if id.rawValue >= firstSelf { return Array("u/\(id.rawValue - firstSelf)".utf8) }
    guard case .symbolicLink(let path) = try node(id).content else { throw .invalidArgument }
    return Array(path.utf8)
  }

  /// Bytes of a file, in the pieces it was added with.
  public func read(
    _ id: NodeID, at offset: UInt64, count: Int, caller: Caller
  ) throws(Errno) -> ReadReply {
    note("read")
    var reply = ReadReply()
    switch try node(id).content {
    case .file(let buffer, let piece):
      var position = min(Int(clamping: offset), buffer.count)
      let end = min(position + count, buffer.count)
      while position < end {
        let next = min(end, (position / piece + 1) * piece)
        reply.append(buffer, position..<next)
        position = next
      }
    case .offering(let buffer):
      let start = min(Int(clamping: offset), buffer.count)
      let end = min(start + count, buffer.count)
      reply.append(buffer, start..<end)
      reply.offer(buffer, 0..<start, at: 0, reachesEnd: false)
      reply.offer(buffer, end..<buffer.count, at: UInt64(end), reachesEnd: true)
    case .waiting(let buffer, let wait):
      wait()
      let start = min(Int(clamping: offset), buffer.count)
      reply.append(buffer, start..<min(start + count, buffer.count))
    case .zeros(let size):
      reply.appendZeros(min(count, max(0, size - Int(clamping: offset))))
    case .unreadable: throw .ioError
    default: throw .isDirectory
    }
    return reply
  }

  /// Lists a directory in the order its names were added.
  public func list(
    _ id: NodeID, after cookie: UInt64, into page: inout DirectoryPage, caller: Caller
  ) throws(Errno) {
    note(page.wantsEntries ? "plus" : "list")
    let node = try node(id)
    guard node.kind == .directory else { throw .notDirectory }
    for (position, dots) in [".", ".."].enumerated() where UInt64(position) >= cookie {
      let name = Array(dots.utf8)
      let isTaken = page.append(
        name.span.bytes, inode: id.rawValue, kind: .directory, cookie: UInt64(position) + 1)
      if !isTaken { return }
    }
    var position = max(Int(clamping: cookie), 2)
    while position - 2 < node.children.count {
      let (name, child) = node.children[position - 2]
      guard page.append(name.span.bytes, try entry(child), cookie: UInt64(position) + 1) else {
        return
      }
      position += 1
    }
  }

  /// The value of an attribute; `ENODATA` when there is none.
  public func extendedAttribute(
    _ name: RawSpan, of id: NodeID, caller: Caller
  ) throws(Errno) -> [UInt8] {
    note("attribute")
    let text = name.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
    guard let value = try node(id).extendedAttributes[text] else { throw .noData }
    return value
  }

  /// The names of all attributes, sorted.
  public func extendedAttributeNames(of id: NodeID, caller: Caller) throws(Errno) -> [UInt8] {
    try node(id).extendedAttributes.keys.sorted().flatMap { Array($0.utf8) + [0] }
  }

  /// Made-up numbers that a test can recognise.
  public func statistics(of id: NodeID, caller: Caller) throws(Errno) -> FileSystemStatistics {
    FileSystemStatistics(blockSize: 4096, blocks: 12345, inodes: 678)
  }
}
