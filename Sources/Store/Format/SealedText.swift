internal import Digests
internal import FoundationEssentials

/// A JSON object whose last member is the digest of everything before it (firn-store(5), "Sealed
/// JSON").
///
/// The text stays ordinary JSON, and every byte of it is covered.
enum SealedText {
  private static let opening = Array(",\"sha256\":\"".utf8)
  private static let closing = Array("\"}\n".utf8)
  private static let sealSize = opening.count + 64 + closing.count

  /// The text of a value that encodes as a JSON object with at least one member.
  static func encode(_ value: some Encodable) throws(FormatError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let data = try? encoder.encode(value), data.last == UInt8(ascii: "}") else {
      throw .invalid("a value cannot be written as JSON")
    }
    let body = [UInt8](data.dropLast())
    let digest = SHA256Digest.of(body.span.bytes)
    return body + opening + Array(digest.hex.utf8) + closing
  }

  /// Checks the seal and reads the value; members the type does not have are ignored.
  static func decode<Value: Decodable>(
    _: Value.Type, from bytes: [UInt8]
  ) throws(FormatError) -> Value {
    guard bytes.count > sealSize else { throw .truncated }
    let bodyEnd = bytes.count - sealSize
    let hexStart = bodyEnd + opening.count
    guard bytes[bodyEnd..<hexStart].elementsEqual(opening),
      bytes.suffix(closing.count).elementsEqual(closing)
    else { throw .invalid("it does not end with its digest") }
    let digest = SHA256Digest.of(bytes.span.bytes.extracting(0..<bodyEnd))
    guard bytes[hexStart..<hexStart + 64].elementsEqual(digest.hex.utf8) else {
      throw .checksumMismatch("the text")
    }
    do {
      return try JSONDecoder().decode(Value.self, from: Data(bytes))
    } catch {
      throw .invalid("its JSON does not have the expected members")
    }
  }
}
