/// Writes archives for tests, with the freedom to write what no tool does.
struct Archive {
  var bytes: [UInt8] = []

  static let end = [UInt8](repeating: 0, count: 1024)

  /// A ustar header; `patches` overwrite bytes at offsets before the checksum is made.
  static func header(
    _ name: String, type: Character = "0", size: Int = 0, link: String = "",
    magic: String = "ustar\u{0}00", patches: [Int: [UInt8]] = [:]
  ) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ offset: Int, _ bytes: some Collection<UInt8>) {
      block.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    put(0, Array(name.utf8))
    put(100, "0000644\u{0}".utf8)
    put(108, "0001750\u{0}".utf8)
    put(116, "0000144\u{0}".utf8)
    put(124, octal(size, width: 12))
    put(136, octal(1_600_000_000, width: 12))
    put(148, "        ".utf8)
    put(156, String(type).utf8)
    put(157, Array(link.utf8))
    put(257, Array(magic.utf8))
    for (offset, bytes) in patches { put(offset, bytes) }
    let sum = block.reduce(0) { $0 + Int($1) }
    put(148, octal(sum, width: 7) + [UInt8(ascii: " ")])
    return block
  }

  static func octal(_ value: Int, width: Int) -> [UInt8] {
    let digits = Array(String(value, radix: 8).utf8)
    return Array(repeating: UInt8(ascii: "0"), count: width - 1 - digits.count) + digits + [0]
  }

  /// Base 256: big-endian two's complement, its first bit set as a mark.
  static func base256(_ value: Int64, width: Int) -> [UInt8] {
    var bytes = (0..<width).reversed().map { index in
      UInt8(truncatingIfNeeded: value >> (8 * Int64(index)))
    }
    bytes[0] |= 0x80
    return bytes
  }

  /// A PAX record with its length in front.
  static func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let content = [UInt8(ascii: " ")] + Array(key.utf8) + [UInt8(ascii: "=")] + value + [10]
    var length = content.count
    while length != content.count + String(length).utf8.count {
      length = content.count + String(length).utf8.count
    }
    return Array(String(length).utf8) + content
  }

  mutating func member(
    _ name: String, type: Character = "0", content: [UInt8] = [], link: String = "",
    magic: String = "ustar\u{0}00"
  ) {
    bytes += Self.header(name, type: type, size: content.count, link: link, magic: magic)
    add(content)
  }

  mutating func extendedHeader(_ records: (String, [UInt8])...) {
    member("x", type: "x", content: records.flatMap { Self.record($0.0, $0.1) })
  }

  /// Adds bytes, filled up to whole blocks.
  mutating func add(_ content: [UInt8]) {
    bytes += content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
