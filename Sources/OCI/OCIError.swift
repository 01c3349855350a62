public import Digests
public import Failures

/// Why a document, reference or blob is refused.
public enum OCIError: Error, Equatable, Sendable {
  /// Bytes that should be JSON are not.
  case malformedJSON(reason: String, offset: Int)
  /// A document breaks its specification. `document` says which, as in "the image manifest".
  case invalid(document: String, reason: String)
  /// A document is well formed, but of a kind that Firn does not import.
  case unsupported(document: String, reason: String)
  /// A document is larger than a reader may be asked to hold in memory. Sizes in bytes.
  case tooLarge(document: String, size: UInt64, limit: UInt64)
  /// A reference, platform or digest given by a person cannot be read.
  case invalidName(String, reason: String)
  /// An index has no manifest for the platform.
  case noSuchPlatform(wanted: Platform, available: [Platform])
  /// Bytes do not have the size that was promised for them.
  case sizeMismatch(document: String, expected: UInt64, actual: UInt64)
  /// Bytes do not have the digest that was promised for them.
  case digestMismatch(document: String, expected: Digest, actual: Digest)

  /// Text of strangers, made short and printable for a message.
  static func shown(_ text: String) -> String {
    let limit = 200
    let start = text.unicodeScalars.prefix(limit)
    let printable = start.map { $0.value >= 32 && $0.value != 127 ? $0 : "?" }
    return String(String.UnicodeScalarView(printable))
      + (start.endIndex == text.unicodeScalars.endIndex ? "" : "…")
  }
}

extension OCIError: FailureConvertible {
  /// The error as a sentence with what to do next.
  public var failure: Failure {
    switch self {
    case .malformedJSON(let reason, let offset):
      Failure(
        .imageInvalid, "a document is not JSON", cause: "\(reason) at byte \(offset)",
        nextStep: Self.again)
    case .invalid(let document, let reason):
      Failure(
        .imageInvalid, "\(document) is not valid", cause: reason, nextStep: Self.again)
    case .unsupported(let document, let reason):
      Failure(
        .imageInvalid, "\(document) cannot be imported", cause: reason,
        nextStep: "Choose another image, or ask whoever published it for one of plain layers")
    case .tooLarge(let document, let size, let limit):
      Failure(
        .imageInvalid, "\(document) is too large",
        cause: "it has \(size) bytes, and \(limit) are allowed", nextStep: Self.again)
    case .invalidName(let name, let reason):
      Failure(
        .usage, "'\(Self.shown(name))' cannot be understood", cause: reason,
        nextStep: "Check the spelling")
    case .noSuchPlatform(let wanted, let available):
      Failure(
        .sourceNotFound, "the image has no version for \(wanted)",
        cause: "it has \(Self.list(available))",
        nextStep: "Choose one of these with --platform")
    case .sizeMismatch(let document, let expected, let actual):
      Failure(
        .digestMismatch, "\(document) does not have the size promised for it",
        cause: "\(expected) bytes were promised, \(actual) came",
        nextStep: Self.damaged)
    case .digestMismatch(let document, let expected, let actual):
      Failure(
        .digestMismatch, "\(document) does not have the digest promised for it",
        cause: "\(expected) was promised, \(actual) came",
        nextStep: Self.damaged)
    }
  }

  private static let again = "Ask whoever published the image to build it again"

  private static let damaged =
    "Run the command again; if it fails again, the source is damaged or somebody changed it"

  private static func list(_ platforms: [Platform]) -> String {
    platforms.isEmpty ? "none" : platforms.map(\.description).joined(separator: ", ")
  }
}

extension OCIError: CustomStringConvertible {
  /// The failure on one line.
  public var description: String { failure.description }
}
