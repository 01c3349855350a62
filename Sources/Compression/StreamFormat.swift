/// How the bytes of a layer are compressed as a stream.
public enum StreamFormat: String, CaseIterable, Hashable, Sendable {
  /// Not at all.
  case plain
  /// One or more gzip members (RFC 1952).
  case gzip
  /// One or more Zstandard frames, with skippable frames between them (RFC 8878).
  case zstd

  /// How many bytes ``detect(_:)`` wants to see at most.
  public static let prefixLength = 4

  /// The format that the first bytes of a stream announce; `plain` when they announce none, also
  /// because they are too few.
  public static func detect(_ prefix: RawSpan) -> StreamFormat {
    let bytes = prefix.withUnsafeBytes { [UInt8]($0.prefix(prefixLength)) }
    if bytes.starts(with: [0x1F, 0x8B]) { return .gzip }
    guard bytes.count == prefixLength else { return .plain }
    if bytes == [0x28, 0xB5, 0x2F, 0xFD] { return .zstd }
    let isSkippable = bytes[0] & 0xF0 == 0x50 && bytes[1...] == [0x2A, 0x4D, 0x18]
    return isSkippable ? .zstd : .plain
  }
}
