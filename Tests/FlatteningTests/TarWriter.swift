import Tar

/// Writes tar archives in PAX form (POSIX.1-2008, pax): everything that matters stands in an
/// extended header, the ustar header repeats what fits.
struct TarWriter {
  private(set) var bytes: [UInt8] = []

  mutating func append(_ entry: TarEntry, content: [UInt8]) {
    var records: [UInt8] = []
    records += record("path", entry.path)
    if !entry.linkPath.isEmpty { records += record("linkpath", entry.linkPath) }
    records += record("uid", Array("\(entry.uid)".utf8))
    records += record("gid", Array("\(entry.gid)".utf8))
    records += record("mtime", Array("\(entry.mtime)".utf8))
    for xattr in entry.xattrs {
      records += record("SCHILY.xattr." + String(decoding: xattr.name, as: UTF8.self), xattr.value)
    }
    appendHeader(type: UInt8(ascii: "x"), size: records.count, entry)
    appendPadded(records)
    appendHeader(type: Self.type(entry.kind), size: content.count, entry)
    appendPadded(content)
  }

  /// The archive with its end marker.
  consuming func finish() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }

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

  private func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let body = Array(" \(key)=".utf8) + value + [0x0a]
    var length = body.count
    while "\(length)".utf8.count + body.count != length {
      length = "\(length)".utf8.count + body.count
    }
    return Array("\(length)".utf8) + body
  }

  private mutating func appendHeader(type: UInt8, size: Int, _ entry: TarEntry) {
    var header = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      header.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    func octal(_ number: some BinaryInteger, _ width: Int) -> String {
      let digits = String(number, radix: 8)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    put("see-pax-header", at: 0)
    put(octal(entry.mode, 7), at: 100)
    put(octal(0, 7), at: 108)
    put(octal(0, 7), at: 116)
    put(octal(size, 11), at: 124)
    put(octal(0, 11), at: 136)
    put("        ", at: 148)
    header[156] = type
    put("ustar\u{0}00", at: 257)
    put(octal(entry.deviceMajor, 7), at: 329)
    put(octal(entry.deviceMinor, 7), at: 337)
    put(octal(header.reduce(0) { $0 + Int($1) }, 6) + "\u{0} ", at: 148)
    bytes += header
  }

  private mutating func appendPadded(_ content: [UInt8]) {
    bytes += content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }
}
