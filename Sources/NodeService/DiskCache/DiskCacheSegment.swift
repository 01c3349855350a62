internal import Digests

/// The form of a segment: a file of records that is written once, from its beginning to its end.
///
///     header   0 "FIRNDC01"   8 number   16 checksum of the bytes before, up to 32
///     records  each a multiple of 16 bytes long
///     index    for each record: kind, length, offset (8 bytes), owner, name
///     trailer  0 "FIRNDCIX"   8 offset of the index   16 number of records
///              24 checksum of the index   40 checksum of the bytes before, up to 56
///
/// A segment that is still being written, or was when its writer died, has no index; then its
/// records' headers say what is in it.
enum DiskCacheSegment {
  /// The bytes before the first record.
  static let headerSize: UInt64 = 32
  /// The bytes behind the index.
  static let trailerSize = 56
  /// What a record takes in the index.
  static let entrySize = 80
  private static let magic: UInt64 = 0x3130_4344_4e52_4946
  private static let trailerMagic: UInt64 = 0x5849_4344_4e52_4946

  /// Where a record lies.
  struct Entry: Hashable, Sendable {
    var key: DiskCacheKey
    /// The offset of its header.
    var offset: UInt64
    /// The number of bytes of content.
    var length: UInt32
  }

  /// The header of a segment.
  static func header(_ number: UInt32) -> [UInt8] {
    var bytes: [UInt8] = []
    LittleEndian.append(magic, to: &bytes)
    LittleEndian.append(UInt64(number), to: &bytes)
    Checksum.of(bytes.span.bytes).append(to: &bytes)
    return bytes
  }

  /// The index and the trailer of a segment whose records end at an offset.
  static func index(_ entries: [Entry], at offset: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(entries.count * entrySize + trailerSize)
    for entry in entries {
      LittleEndian.append(entry.key.kind.rawValue, to: &bytes)
      LittleEndian.append(entry.length, to: &bytes)
      LittleEndian.append(entry.offset, to: &bytes)
      entry.key.owner.append(to: &bytes)
      entry.key.name.append(to: &bytes)
    }
    let sum = Checksum.of(bytes.span.bytes)
    let start = bytes.count
    LittleEndian.append(trailerMagic, to: &bytes)
    LittleEndian.append(offset, to: &bytes)
    LittleEndian.append(UInt64(entries.count), to: &bytes)
    sum.append(to: &bytes)
    Checksum.of(bytes.span.bytes.extracting(start..<bytes.count)).append(to: &bytes)
    return bytes
  }

  /// Where the index of a file with this trailer begins, and its checksum; nil when there is none.
  static func trailer(
    _ bytes: RawSpan, fileSize: UInt64
  ) -> (offset: UInt64, count: Int, checksum: Checksum)? {
    guard bytes.byteCount == trailerSize, LittleEndian.long(bytes, at: 0) == trailerMagic,
      let own = Checksum(span: bytes.extracting(40..<56)),
      own == Checksum.of(bytes.extracting(0..<40)),
      let sum = Checksum(span: bytes.extracting(24..<40))
    else { return nil }
    let (offset, count) = (LittleEndian.long(bytes, at: 8), LittleEndian.long(bytes, at: 16))
    let (size, overflow) = count.multipliedReportingOverflow(by: UInt64(entrySize))
    let records = fileSize - min(fileSize, UInt64(trailerSize))
    guard !overflow, offset >= headerSize, offset <= records, size == records - offset
    else { return nil }
    return (offset, Int(count), sum)
  }

  /// Reads an index; nil when an entry cannot be true of records that end at an offset.
  static func entries(_ bytes: RawSpan, end: UInt64) -> [Entry]? {
    var entries: [Entry] = []
    entries.reserveCapacity(bytes.byteCount / entrySize)
    for start in stride(from: 0, through: bytes.byteCount - entrySize, by: entrySize) {
      let bytes = bytes.extracting(start..<start + entrySize)
      guard let kind = DiskCacheKey.Kind(rawValue: LittleEndian.word(bytes, at: 0)),
        let owner = SHA256Digest(span: bytes.extracting(16..<48)),
        let name = SHA256Digest(span: bytes.extracting(48..<80))
      else { return nil }
      let entry = Entry(
        key: DiskCacheKey(kind: kind, owner: owner, name: name),
        offset: LittleEndian.long(bytes, at: 8), length: LittleEndian.word(bytes, at: 4))
      guard entry.fits(before: end) else { return nil }
      entries.append(entry)
    }
    return entries
  }
}

extension DiskCacheSegment.Entry {
  /// Whether a record can lie there in a segment whose records end at an offset.
  func fits(before end: UInt64) -> Bool {
    let needed = UInt64(DiskCacheRecord.headerSize) + UInt64(length)
    return length > 0 && offset >= DiskCacheSegment.headerSize
      && offset % DiskCacheRecord.alignment == 0
      && offset <= end && needed <= end - offset
      && offset / DiskCacheRecord.alignment <= UInt64(UInt32.max)
  }
}
