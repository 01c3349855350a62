/// Reads what was written into a page: `struct fuse_dirent` and `struct fuse_direntplus`
/// (linux/fuse.h).
struct PageReader {
  /// The bytes of whole entries that were filled.
  let bytes: UnsafeRawBufferPointer
  /// Whether the entries are `struct fuse_direntplus`.
  let isWhole: Bool
  private var position = 0

  private static let entryOutSize = 128
  private static let headerSize = 24

  init(bytes: UnsafeRawBufferPointer, isWhole: Bool) {
    self.bytes = bytes
    self.isWhole = isWhole
  }

  /// The next entry; nil at the end.
  mutating func next() -> ListedEntry? {
    let start = position + (isWhole ? Self.entryOutSize : 0)
    guard start + Self.headerSize <= bytes.count else { return nil }
    let entry = isWhole ? entry(at: position) : nil
    let nameStart = start + Self.headerSize
    let nameEnd = nameStart + Int(word(start + 16))
    guard nameEnd <= bytes.count else { return nil }
    position = (nameEnd + 7) & ~7
    return ListedEntry(
      name: Array(bytes[nameStart..<nameEnd]), inode: long(start),
      kind: NodeKind(rawValue: word(start + 20) << 12), cookie: long(start + 8), entry: entry)
  }

  /// `struct fuse_entry_out`, with `struct fuse_attr` behind its first 40 bytes.
  private func entry(at start: Int) -> Entry {
    let mode = word(start + 100)
    var attributes = NodeAttributes(
      inode: long(start + 40), kind: .regular, permissions: 0, links: word(start + 104),
      uid: word(start + 108), gid: word(start + 112), size: long(start + 48),
      modified: Int64(bitPattern: long(start + 72)), device: UInt64(word(start + 116)),
      blocks: long(start + 56))
    attributes.mode = mode
    return Entry(
      node: NodeID(rawValue: long(start)), attributes: attributes,
      entryTimeout: seconds(long(start + 16), word(start + 32)),
      attributeTimeout: seconds(long(start + 24), word(start + 36)), generation: long(start + 8))
  }

  private func seconds(_ whole: UInt64, _ nanoseconds: UInt32) -> Double {
    Double(whole) + Double(nanoseconds) / 1e9
  }

  private func word(_ offset: Int) -> UInt32 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }

  private func long(_ offset: Int) -> UInt64 {
    bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}
