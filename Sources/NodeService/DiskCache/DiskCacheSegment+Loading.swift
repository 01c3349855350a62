internal import Digests
internal import Linux

extension DiskCacheSegment {
  /// What a segment was found to have.
  struct Found: Sendable {
    /// Its records in the order in which they were written; later ones count.
    var entries: [Entry]
    /// The offset behind the last of them.
    var end: UInt64
    /// Whether it has an index, so that it was closed.
    var isClosed: Bool
  }

  /// How much is read at once where there is no index.
  private static let window = 256 << 10

  /// Finds out what is in a segment: three reads where it has an index, and its headers otherwise.
  ///
  /// The content is not looked at: it is checked when it is used.
  /// - Returns: nil when the file is no segment of that number.
  static func load(
    _ file: borrowing OwnedDescriptor, number: UInt32
  ) throws(SystemError) -> Found? {
    let size = try file.status().size
    let header = try file.readBytes(at: 0, count: Int(headerSize))
    guard header == Self.header(number) else { return nil }
    if let found = try indexed(file, size) { return found }
    return try scanned(file, size)
  }

  private static func indexed(
    _ file: borrowing OwnedDescriptor, _ size: UInt64
  ) throws(SystemError) -> Found? {
    guard size >= headerSize + UInt64(trailerSize) else { return nil }
    let end = try file.readBytes(at: size - UInt64(trailerSize), count: trailerSize)
    guard let trailer = trailer(end.span.bytes, fileSize: size) else { return nil }
    let index = try file.readBytes(at: trailer.offset, count: trailer.count * entrySize)
    guard index.count == trailer.count * entrySize,
      Checksum.of(index.span.bytes) == trailer.checksum,
      let entries = entries(index.span.bytes, end: trailer.offset)
    else { return nil }
    return Found(entries: entries, end: trailer.offset, isClosed: true)
  }

  private static func scanned(
    _ file: borrowing OwnedDescriptor, _ size: UInt64
  ) throws(SystemError) -> Found {
    var found = Found(entries: [], end: headerSize, isClosed: false)
    var (start, bytes): (UInt64, [UInt8]) = (0, [])
    while true {
      if found.end < start
        || found.end + UInt64(DiskCacheRecord.headerSize) > start + UInt64(bytes.count)
      {
        start = found.end
        bytes = try file.readBytes(at: start, count: window)
      }
      let from = Int(found.end - start)
      guard bytes.count - from >= DiskCacheRecord.headerSize,
        let record = DiskCacheRecord(
          header: bytes.span.bytes.extracting(from..<from + DiskCacheRecord.headerSize))
      else { return found }
      let entry = Entry(key: record.key, offset: found.end, length: record.length)
      guard entry.fits(before: size) else { return found }
      found.entries.append(entry)
      found.end += DiskCacheRecord.size(ofContent: record.length)
    }
  }
}
