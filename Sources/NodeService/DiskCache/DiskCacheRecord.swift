internal import Digests

/// The header of a record in a segment of a disk cache; the content follows it.
///
///     0  "FRec"   4  kind   8  length of the content
///     16 owner, 32 bytes   48 name, 32 bytes
///     80 checksum of the content   96 checksum of the bytes before
///
/// Numbers are little-endian. The next record begins at the next multiple of ``alignment``.
struct DiskCacheRecord: Hashable, Sendable {
  /// The bytes before the content.
  static let headerSize = 112
  /// What every record's offset is a multiple of.
  static let alignment: UInt64 = 16
  private static let magic: UInt32 = 0x6365_5246

  /// What it is of.
  var key: DiskCacheKey
  /// The number of bytes of content.
  var length: UInt32
  /// The checksum of the content.
  var checksum: Checksum

  /// The bytes of the header.
  var header: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Self.headerSize)
    LittleEndian.append(Self.magic, to: &bytes)
    LittleEndian.append(key.kind.rawValue, to: &bytes)
    LittleEndian.append(UInt64(length), to: &bytes)
    key.owner.append(to: &bytes)
    key.name.append(to: &bytes)
    checksum.append(to: &bytes)
    Checksum.of(bytes.span.bytes).append(to: &bytes)
    return bytes
  }

  /// How much of a segment a record with so much content takes.
  static func size(ofContent length: UInt32) -> UInt64 {
    let end = UInt64(headerSize) + UInt64(length)
    return (end + alignment - 1) / alignment * alignment
  }
}

extension DiskCacheRecord {
  /// Reads a header; nil when the bytes are none, or damaged.
  init?(header bytes: RawSpan) {
    guard bytes.byteCount == Self.headerSize,
      LittleEndian.word(bytes, at: 0) == Self.magic,
      let sum = Checksum(span: bytes.extracting(96..<112)),
      sum == Checksum.of(bytes.extracting(0..<96)),
      let kind = DiskCacheKey.Kind(rawValue: LittleEndian.word(bytes, at: 4)),
      let length = UInt32(exactly: LittleEndian.long(bytes, at: 8)),
      let owner = SHA256Digest(span: bytes.extracting(16..<48)),
      let name = SHA256Digest(span: bytes.extracting(48..<80)),
      let checksum = Checksum(span: bytes.extracting(80..<96))
    else { return nil }
    self.init(
      key: DiskCacheKey(kind: kind, owner: owner, name: name), length: length, checksum: checksum)
  }
}

/// Little-endian numbers in bytes.
enum LittleEndian {
  static func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  static func word(_ bytes: RawSpan, at offset: Int) -> UInt32 {
    UInt32(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self))
  }

  static func long(_ bytes: RawSpan, at offset: Int) -> UInt64 {
    UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}
