internal import CIsal

/// Reads the header of a gzip member (RFC 1952, section 2.3), in whatever pieces it arrives.
///
/// Nothing in it matters but where it ends; it is checked all the same, as zlib does: magic,
/// method, no reserved flags, and the header's own checksum where there is one.
struct GzipHeader {
  /// What the flags announce, and how long what is not text is.
  private enum Flag {
    static let checksum: UInt8 = 0x02
    static let extra: UInt8 = 0x04
    static let name: UInt8 = 0x08
    static let comment: UInt8 = 0x10
    static let reserved: UInt8 = 0xE0
  }

  private enum Part {
    case fixed, extraLength, extra, name, comment, checksum, complete
  }

  /// Magic, method, flags, time, extra flags, operating system.
  private static let fixedSize = 10

  private var part = Part.fixed
  /// Bytes of the current part that were taken.
  private var count = 0
  private var flags: UInt8 = 0
  private var extraSize = 0
  /// Of everything but itself.
  private var checksum: UInt32 = 0
  private var storedChecksum: UInt16 = 0

  /// Whether everything has been read; what follows is the deflate data.
  var isComplete: Bool { part == .complete }

  /// Takes bytes up to the header's end; nothing when it is complete already.
  ///
  /// - Returns: How many bytes.
  /// - Throws: `corrupt` at the first byte that cannot be.
  mutating func take(_ input: UnsafeRawBufferPointer) throws(CompressionError) -> Int {
    var position = 0
    while !isComplete, position < input.count {
      try take(input[position])
      position += 1
    }
    return position
  }

  private mutating func take(_ byte: UInt8) throws(CompressionError) {
    if part != .checksum { checksum = withUnsafeBytes(of: byte) { Self.add($0, to: checksum) } }
    count += 1
    switch part {
    case .fixed:
      try checkFixed(byte)
      if count == Self.fixedSize { enter(.extraLength) }
    case .extraLength:
      extraSize |= Int(byte) << (8 * (count - 1))
      if count == 2 { enter(.extra) }
    case .extra: if count == extraSize { enter(.name) }
    case .name: if byte == 0 { enter(.comment) }
    case .comment: if byte == 0 { enter(.checksum) }
    case .checksum:
      storedChecksum |= UInt16(byte) << (8 * (count - 1))
      guard count == 2 else { break }
      guard storedChecksum == UInt16(truncatingIfNeeded: checksum) else {
        throw .corrupt(format: "gzip")
      }
      part = .complete
    case .complete: break
    }
  }

  private mutating func checkFixed(_ byte: UInt8) throws(CompressionError) {
    let isRight =
      switch count {
      case 1: byte == 0x1F
      case 2: byte == 0x8B
      case 3: byte == 8
      case 4: byte & Flag.reserved == 0
      default: true
      }
    guard isRight else { throw .corrupt(format: "gzip") }
    if count == 4 { flags = byte }
  }

  /// Goes to a part, or to the first after it that there is.
  private mutating func enter(_ next: Part) {
    count = 0
    part = next
    switch next {
    case .extraLength: if flags & Flag.extra == 0 { enter(.name) }
    case .extra: if extraSize == 0 { enter(.name) }
    case .name: if flags & Flag.name == 0 { enter(.comment) }
    case .comment: if flags & Flag.comment == 0 { enter(.checksum) }
    case .checksum: if flags & Flag.checksum == 0 { enter(.complete) }
    case .fixed, .complete: break
    }
  }

  private static func add(_ bytes: UnsafeRawBufferPointer, to checksum: UInt32) -> UInt32 {
    crc32_gzip_refl(
      checksum, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt64(bytes.count))
  }
}
