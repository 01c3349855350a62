internal import FoundationEssentials
internal import OCI

/// A part of a tar: what its tar-split data says comes next (vbatts/tar-split, `tar/storage`).
enum TarSplitEntry: Equatable {
  /// Bytes that are no file's content: headers and padding.
  case bytes([UInt8])
  /// The content of a file of the layer.
  case file(name: [UInt8], size: UInt64)

  /// Reads one line.
  init(parsing line: [UInt8]) throws(OCIError) {
    let json = try JSONValue(parsing: line)
    switch json["type"]?.int {
    case 1:
      guard let size = UInt64(exactly: json["size"]?.int ?? 0) else {
        throw Self.invalid("a file has a negative size")
      }
      let name = try json["name_raw"].map { raw throws(OCIError) in try Self.bytes(raw) }
      self = .file(name: name ?? Array((json["name"]?.string ?? "").utf8), size: size)
    case 2:
      self = .bytes(try json["payload"].map { raw throws(OCIError) in try Self.bytes(raw) } ?? [])
    default: throw Self.invalid("an entry is neither a file nor a segment")
    }
  }

  static func invalid(_ reason: String) -> OCIError {
    .invalid(document: "the tar-split data of a layer", reason: reason)
  }

  private static func bytes(_ json: JSONValue) throws(OCIError) -> [UInt8] {
    guard let text = json.string, let data = Data(base64Encoded: text) else {
      throw invalid("what should be base 64 is not")
    }
    return [UInt8](data)
  }
}
