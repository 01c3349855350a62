import Tar

/// A tar header block in the making.
struct TarHeader {
  var name: [UInt8]
  var link: [UInt8] = []
  var prefix: [UInt8] = []
  var type: UInt8
  var magic = Array("ustar\u{0}00".utf8)
  var size: Int
  /// Whether numbers are written in base 256 rather than in octal.
  var isBase256 = false
  private var entry: TarEntry

  /// Makes the header of an entry; what is too long is left out.
  init(_ entry: TarEntry, size: Int) {
    self.entry = entry
    self.size = size
    name = Array(entry.path.prefix(100))
    link = Array(entry.linkPath.prefix(100))
    type = Self.type(entry.kind)
  }

  /// Takes over what stands in a header even where extended records say the rest.
  mutating func take(_ other: TarEntry) {
    type = Self.type(other.kind)
    entry.mode = other.mode
    entry.deviceMajor = other.deviceMajor
    entry.deviceMinor = other.deviceMinor
  }

  /// A path cut at a slash into a prefix of 155 and a name of 100 bytes; nil where none fits.
  static func split(_ path: [UInt8]) -> (prefix: [UInt8], name: [UInt8])? {
    if let cut = path.indices.last(where: { place in
      path[place] == UInt8(ascii: "/") && (1...155).contains(place)
        && (1...100).contains(path.count - place - 1)
    }) {
      return (Array(path[..<cut]), Array(path[(cut + 1)...]))
    }
    return path.count <= 100 ? ([], path) : nil
  }

  /// The 512 bytes.
  var block: [UInt8] {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ bytes: [UInt8], at offset: Int) {
      header.replaceSubrange(offset..<offset + bytes.count, with: bytes)
    }
    put(name, at: 0)
    put(octal(Int64(entry.mode), 8), at: 100)
    put(number(Int64(entry.uid), 8), at: 108)
    put(number(Int64(entry.gid), 8), at: 116)
    put(number(Int64(size), 12), at: 124)
    put(number(entry.mtime, 12), at: 136)
    put([UInt8](repeating: 0x20, count: 8), at: 148)
    header[156] = type
    put(link, at: 157)
    put(magic, at: 257)
    if !magic.isEmpty {
      put(number(Int64(entry.deviceMajor), 8), at: 329)
      put(number(Int64(entry.deviceMinor), 8), at: 337)
    }
    put(prefix, at: 345)
    put(octal(header.reduce(0) { $0 + Int64($1) }, 7) + [0x20], at: 148)
    return header
  }

  private func number(_ value: Int64, _ width: Int) -> [UInt8] {
    isBase256 ? base256(value, width) : octal(value, width)
  }

  private func octal(_ value: Int64, _ width: Int) -> [UInt8] {
    let digits = String(max(0, value), radix: 8)
    return Array((String(repeating: "0", count: max(0, width - 1 - digits.count)) + digits).utf8)
      + [0]
  }

  private func base256(_ value: Int64, _ width: Int) -> [UInt8] {
    var bytes = (0..<width).reversed().map { place in
      UInt8(truncatingIfNeeded: value >> min(63, 8 * Int64(place)))
    }
    bytes[0] |= 0x80
    return bytes
  }

  private static func type(_ kind: TarEntry.Kind) -> UInt8 {
    switch kind {
    case .regular: UInt8(ascii: "0")
    case .hardLink: UInt8(ascii: "1")
    case .symbolicLink: UInt8(ascii: "2")
    case .characterDevice: UInt8(ascii: "3")
    case .blockDevice: UInt8(ascii: "4")
    case .directory: UInt8(ascii: "5")
    case .fifo: UInt8(ascii: "6")
    }
  }
}
