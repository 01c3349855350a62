/// A SHA-256 value (FIPS 180-4): the name of content in the store.
///
/// Kept as four words without heap storage, so that millions of them make a compact index. The
/// order is that of the bytes, which is also the order of the hexadecimal texts.
public struct SHA256Digest: Hashable, Sendable {
  /// The number of bytes of every value.
  public static let byteCount = 32

  /// The bytes, eight to a word, the first one most significant.
  let words: (UInt64, UInt64, UInt64, UInt64)

  init(words: (UInt64, UInt64, UInt64, UInt64)) {
    self.words = words
  }

  /// Takes over 32 bytes that somebody else hashed or stored; nil for any other number of bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    for (position, byte) in bytes.enumerated() {
      switch position >> 3 {
      case 0: words.0 = words.0 << 8 | UInt64(byte)
      case 1: words.1 = words.1 << 8 | UInt64(byte)
      case 2: words.2 = words.2 << 8 | UInt64(byte)
      default: words.3 = words.3 << 8 | UInt64(byte)
      }
    }
    self.words = words
  }

  /// Takes over 32 bytes of a record, without allocation; nil for any other number of bytes.
  public init?(span: RawSpan) {
    guard span.byteCount == Self.byteCount else { return nil }
    func word(_ offset: Int) -> UInt64 {
      UInt64(bigEndian: span.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    self.words = (word(0), word(8), word(16), word(24))
  }

  /// Reads exactly 64 lower-case hexadecimal digits; nil for anything else.
  public init?(hex: String) {
    guard let bytes = Hexadecimal.bytes(of: hex.utf8) else { return nil }
    self.init(bytes: bytes)
  }

  /// The 32 bytes, as a new array.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(Self.byteCount)
    append(to: &result)
    return result
  }

  /// Writes the 32 bytes at the end of a record.
  public func append(to record: inout [UInt8]) {
    withUnsafeBytes(of: words.0.bigEndian) { record.append(contentsOf: $0) }
    withUnsafeBytes(of: words.1.bigEndian) { record.append(contentsOf: $0) }
    withUnsafeBytes(of: words.2.bigEndian) { record.append(contentsOf: $0) }
    withUnsafeBytes(of: words.3.bigEndian) { record.append(contentsOf: $0) }
  }

  /// 64 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(of: bytes) }

  /// The first eight bytes as a number, the first byte most significant: as evenly distributed as
  /// the digests are, and ordered as they are.
  public var leadingWord: UInt64 { words.0 }

  /// Whether all words are equal.
  public static func == (left: SHA256Digest, right: SHA256Digest) -> Bool {
    left.words == right.words
  }

  /// Feeds one word to a hash table: the value is a hash already.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(words.0)
  }
}

extension SHA256Digest: Comparable {
  /// Compares as strings of bytes.
  public static func < (left: SHA256Digest, right: SHA256Digest) -> Bool {
    left.words < right.words
  }
}

extension SHA256Digest: CustomStringConvertible {
  /// The same as ``hex``.
  public var description: String { hex }
}
