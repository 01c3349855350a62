/// Who wrote a file of the store: the token of a staging area (firn-store(5), "Writer").
///
/// Two writers never make the same pack, run or image object, and a file that no generation lists
/// is rubbish as soon as its writer's file in `staging/` is gone: nobody else may list it.
public struct WriterToken: Hashable, Sendable {
  /// Stands for no writer, in values that are not written yet.
  public static let none = WriterToken(rawValue: 0)

  /// The token as a number.
  public let rawValue: UInt64

  /// Makes a token.
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Makes a token that nobody has: random.
  public static func random() -> WriterToken { WriterToken(rawValue: .random(in: 1 ... .max)) }

  /// Reads sixteen hexadecimal digits; nil for any other text.
  public init?(hex: some StringProtocol) {
    guard hex.utf8.count == 16, hex.utf8.allSatisfy(ImageName.isHexadecimal),
      let value = UInt64(hex, radix: 16)
    else { return nil }
    rawValue = value
  }
}

extension WriterToken: CustomStringConvertible {
  /// Sixteen lower-case hexadecimal digits.
  public var description: String {
    let digits = String(rawValue, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}

extension WriterToken {
  /// The section of a section file that holds the token.
  var encoded: [UInt8] {
    var writer = ByteWriter()
    writer.append(rawValue)
    return writer.bytes
  }

  init(section: ByteReader) throws(FormatError) {
    var reader = section
    rawValue = try reader.integer(UInt64.self)
    try reader.finish()
  }
}
