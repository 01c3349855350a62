internal import CXXHash

/// An XXH3 128-bit value of stored bytes: it finds damage, fast, and proves nothing against malice.
///
/// The bytes are those of the canonical representation (high word first, big-endian) of the xxHash
/// specification, with seed 0, so that they may be written to files.
public struct Checksum: Hashable, Sendable {
  /// The number of bytes of every value.
  public static let byteCount = 16

  private let high: UInt64
  private let low: UInt64

  private init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The checksum of bytes that lie in memory; thread-safe, without allocation.
  public static func of(_ bytes: RawSpan) -> Checksum {
    let value = bytes.withUnsafeBytes { XXH3_128bits($0.baseAddress, $0.count) }
    return Checksum(high: value.high64, low: value.low64)
  }

  /// Takes over 16 stored bytes; nil for any other number of bytes.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    var words: (high: UInt64, low: UInt64) = (0, 0)
    for (position, byte) in bytes.enumerated() {
      if position < 8 {
        words.high = words.high << 8 | UInt64(byte)
      } else {
        words.low = words.low << 8 | UInt64(byte)
      }
    }
    self.init(high: words.high, low: words.low)
  }

  /// Takes over 16 bytes of a record, without allocation; nil for any other number of bytes.
  public init?(span: RawSpan) {
    guard span.byteCount == Self.byteCount else { return nil }
    let high = span.unsafeLoadUnaligned(fromByteOffset: 0, as: UInt64.self)
    let low = span.unsafeLoadUnaligned(fromByteOffset: 8, as: UInt64.self)
    self.init(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low))
  }

  /// The 16 bytes, as a new array.
  public var bytes: [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(Self.byteCount)
    append(to: &result)
    return result
  }

  /// Writes the 16 bytes at the end of a record.
  public func append(to record: inout [UInt8]) {
    withUnsafeBytes(of: high.bigEndian) { record.append(contentsOf: $0) }
    withUnsafeBytes(of: low.bigEndian) { record.append(contentsOf: $0) }
  }

  /// 32 lower-case hexadecimal digits.
  public var hex: String { Hexadecimal.text(of: bytes) }
}

extension Checksum: CustomStringConvertible {
  /// The same as ``hex``.
  public var description: String { hex }
}
