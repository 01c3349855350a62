internal import Digests

/// Builds the bytes of a record: little-endian integers, digests and texts, one after the other.
struct ByteWriter {
  /// The bytes so far.
  private(set) var bytes: [UInt8] = []

  /// The eight bytes of an ASCII word, as object magics are.
  static func magic(_ word: StaticString) -> UInt64 {
    word.withUTF8Buffer { $0.reversed().reduce(0) { $0 << 8 | UInt64($1) } }
  }

  mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

  mutating func append(_ value: some FixedWidthInteger) {
    withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
  }

  mutating func append(_ digest: SHA256Digest) { digest.append(to: &bytes) }

  mutating func append(_ checksum: Checksum) { checksum.append(to: &bytes) }

  mutating func append(contentsOf other: some Sequence<UInt8>) { bytes.append(contentsOf: other) }

  /// A 32-bit count and as many bytes.
  mutating func append(counted other: some Collection<UInt8>) {
    append(UInt32(clamping: other.count))
    bytes.append(contentsOf: other)
  }

  mutating func removeAll() { bytes.removeAll(keepingCapacity: true) }
}
