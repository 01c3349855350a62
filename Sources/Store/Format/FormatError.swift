/// Why the bytes of a store object cannot be what they should be.
///
/// Reading never traps: whatever the bytes, a reader returns a value that obeys every rule of
/// firn-store(5) or throws one of these.
public enum FormatError: Error, Hashable, Sendable {
  /// The bytes end before the record does.
  case truncated
  /// The bytes do not begin, or do not end, with the object's magic.
  case wrongMagic
  /// The object's format version is not one this program knows.
  case unknownVersion(UInt32)
  /// A section that must be understood is not known to this program.
  case unknownSection(UInt32)
  /// A section that must be there is missing.
  case missingSection(UInt32)
  /// Bytes do not have the checksum or digest that is recorded for them.
  case checksumMismatch(String)
  /// A value breaks a rule; the text says which.
  case invalid(String)
}

extension FormatError: CustomStringConvertible {
  /// The reason in a few words.
  public var description: String {
    switch self {
    case .truncated: "it ends too early"
    case .wrongMagic: "it does not have the magic bytes of its kind"
    case .unknownVersion(let version): "its format version \(version) is unknown"
    case .unknownSection(let kind): "its section \(kind) is unknown and may not be skipped"
    case .missingSection(let kind): "its section \(kind) is missing"
    case .checksumMismatch(let part): "\(part) does not have the recorded checksum"
    case .invalid(let rule): rule
    }
  }
}
