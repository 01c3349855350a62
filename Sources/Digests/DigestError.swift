public import Failures

/// Why a text is not a usable digest.
public enum DigestError: Error, Equatable, Sendable {
  /// The text is not `ALGORITHM:HEX` with as many lower-case digits as the algorithm gives.
  case malformed(String)
  /// The form is right, but the algorithm is neither sha256 nor sha512.
  case unsupportedAlgorithm(String)

  /// Whether the bytes are an `algorithm` of the grammar in the OCI image specification.
  static func isAlgorithmName(_ name: some Collection<UInt8>) -> Bool {
    !name.isEmpty
      && name.allSatisfy { character in
        switch character {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"): true
        default: false
        }
      }
  }

  /// The offending text, short and printable whatever a document held.
  private static func shown(_ text: String) -> String {
    let limit = 150
    var result = ""
    for character in text.utf8.prefix(limit) {
      let isPrintable = (0x20..<0x7F).contains(character)
      result.unicodeScalars.append(isPrintable ? Unicode.Scalar(character) : "?")
    }
    return text.utf8.count > limit ? result + "..." : result
  }
}

extension DigestError: FailureConvertible {
  /// `image-invalid`: digests come from manifests, configurations and references.
  public var failure: Failure {
    switch self {
    case .malformed(let text):
      Failure(
        .imageInvalid, "'\(Self.shown(text))' is not a digest",
        nextStep: "Give sha256: and 64, or sha512: and 128 lower-case hexadecimal digits")
    case .unsupportedAlgorithm(let text):
      Failure(
        .imageInvalid, "the algorithm of digest '\(Self.shown(text))' is not supported",
        nextStep: "Use an image whose digests are sha256 or sha512")
    }
  }
}

extension DigestError: CustomStringConvertible {
  /// The failure on one line.
  public var description: String { failure.description }
}
