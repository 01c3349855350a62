/// The file names that containers/storage gives to an image's big data items.
public enum DataKey {
  /// The key of the manifest.
  public static let manifest = "manifest"

  /// The file name for a key: itself when made only of `.`, digits and lower case, otherwise `=`
  /// and its standard base64 (containers/storage, `makeBigDataBaseName`).
  public static func fileName(for key: String) -> String {
    let plain = key.utf8.allSatisfy { byte in
      byte == UInt8(ascii: ".") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
    }
    return plain && !key.isEmpty ? key : "=" + base64(Array(key.utf8))
  }

  /// Standard base64 with padding (RFC 4648, section 4).
  static func base64(_ bytes: [UInt8]) -> String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      var value: UInt32 = 0
      for offset in 0..<3 {
        value = value << 8 | (offset < group.count ? UInt32(group[start + offset]) : 0)
      }
      for position in 0..<4 {
        let symbol = alphabet[Int(value >> UInt32(18 - 6 * position) & 63)]
        text.append(position <= group.count ? symbol : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
