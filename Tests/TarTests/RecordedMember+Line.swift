internal import Tar

extension RecordedMember {
  /// The member as a line of expected.txt, whose grammar fixtures/tar/make.py defines.
  var line: String {
    var name = entry.path[...]
    if entry.kind == .directory { while name.last == UInt8(ascii: "/") { name.removeLast() } }
    var fields = [
      "\(entry.kind)", Self.quote(name), "mode=\(String(entry.mode, radix: 8))",
      "owner=\(entry.uid):\(entry.gid)", "mtime=\(entry.mtime)",
    ]
    switch entry.kind {
    case .regular: fields += contentFields
    case .hardLink, .symbolicLink: fields.append("link=\(Self.quote(entry.linkPath[...]))")
    case .characterDevice, .blockDevice:
      fields.append("device=\(entry.deviceMajor):\(entry.deviceMinor)")
    case .directory, .fifo: break
    }
    for xattr in entry.xattrs {
      let name = String(decoding: xattr.name, as: UTF8.self)
      fields.append("xattr:\(name)=\(xattr.value.map { Self.hex($0, 2) }.joined())")
    }
    return fields.joined(separator: " ")
  }

  private var contentFields: [String] {
    var fields = ["size=\(entry.size)", "adler=\(Self.hex(adler32(stored), 8))"]
    if entry.isSparse {
      var position: UInt64 = 0
      var texts: [String] = []
      for run in runs {
        if !run.isHole { texts.append("\(position)+\(run.count)") }
        position += run.count
      }
      fields.append("runs=\(texts.joined(separator: ","))")
    }
    return fields
  }

  private static func quote(_ bytes: ArraySlice<UInt8>) -> String {
    bytes.map { byte in
      (33...126).contains(byte) && byte != 92
        ? String(UnicodeScalar(byte)) : "\\x" + hex(byte, 2)
    }.joined()
  }

  private static func hex(_ number: some BinaryInteger, _ width: Int) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

/// The Adler-32 checksum (RFC 1950, section 9).
func adler32(_ bytes: [UInt8]) -> UInt32 {
  var low: UInt32 = 1
  var high: UInt32 = 0
  for byte in bytes {
    low = (low + UInt32(byte)) % 65_521
    high = (high + low) % 65_521
  }
  return high << 16 | low
}
