import Tar

/// Writes tar archives by hand, each member in a dialect of its own.
struct TarWriter {
  /// How a member is written down.
  enum Dialect: CaseIterable {
    /// Everything that matters in an extended header (POSIX.1-2008, pax); the ustar header repeats
    /// nothing. A sparse file's map in version 0.0, 0.1 or 1.0.
    case pax, paxSparse0, paxSparse1
    /// POSIX.1-1988: octal numbers, a name of 100 bytes and a prefix.
    case ustar
    /// GNU tar: long names before the header, numbers in base 256.
    case gnu
    /// Unix of 1979: no magic, no prefix, a directory by its name's slash.
    case v7
  }

  private(set) var bytes: [UInt8] = []

  /// Appends a member, as PAX if it does not fit in the dialect.
  mutating func append(_ member: RandomMember, as wished: Dialect) {
    let dialect = member.fits(wished) ? wished : .pax
    var header = TarHeader(member.tar, size: member.content.count)
    var content = member.content
    switch dialect {
    case .v7:
      header.magic = []
      if member.tar.kind == .regular || member.tar.kind == .directory { header.type = 0 }
    case .ustar:
      (header.prefix, header.name) = TarHeader.split(member.tar.path) ?? ([], header.name)
    case .gnu:
      header.magic = Array("ustar  \u{0}".utf8)
      header.isBase256 = true
      for (type, text) in [("L", member.tar.path), ("K", member.tar.linkPath)] where !text.isEmpty {
        var long = TarHeader(TarEntry(path: Array("././@LongLink".utf8), kind: .regular), size: 0)
        long.type = type.utf8.first ?? 0
        add(long, text + [0])
      }
      header.name = Array(member.tar.path.prefix(100))
      header.link = Array(member.tar.linkPath.prefix(100))
    case .pax, .paxSparse0, .paxSparse1:
      header = TarHeader(TarEntry(path: Array("see-pax-header".utf8), kind: .regular), size: 0)
      header.take(member.tar)
      add(extended(member, dialect, &content), type: UInt8(ascii: "x"))
    }
    add(header, content)
  }

  /// The archive with its end marker.
  consuming func finish() -> [UInt8] { bytes + [UInt8](repeating: 0, count: 1_024) }

  private mutating func add(_ records: [UInt8], type: UInt8) {
    var header = TarHeader(TarEntry(path: Array("PaxHeaders".utf8), kind: .regular), size: 0)
    header.type = type
    add(header, records)
  }

  private mutating func add(_ header: TarHeader, _ content: [UInt8]) {
    var header = header
    header.size = content.count
    bytes += header.block
    bytes += content
    bytes += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
  }

  /// The records of a member; takes the holes of a sparse file out of its content.
  private func extended(
    _ member: RandomMember, _ dialect: Dialect, _ content: inout [UInt8]
  ) -> [UInt8] {
    let tar = member.tar
    var records = record("uid", "\(tar.uid)") + record("gid", "\(tar.gid)")
    records += record("mtime", "\(tar.mtime)")
    if !tar.linkPath.isEmpty { records += record("linkpath", tar.linkPath) }
    for xattr in tar.xattrs {
      records += record("SCHILY.xattr." + String(decoding: xattr.name, as: UTF8.self), xattr.value)
    }
    guard member.hole > 0 else { return record("path", tar.path) + records }
    let size = "\(content.count)"
    content.removeFirst(member.hole)
    let (offset, count) = ("\(member.hole)", "\(content.count)")
    switch dialect {
    case .paxSparse0:
      records += record("path", tar.path) + record("GNU.sparse.size", size)
      records += record("GNU.sparse.numblocks", "1") + record("GNU.sparse.offset", offset)
      records += record("GNU.sparse.numbytes", count)
    case .paxSparse1:
      records += record("GNU.sparse.name", tar.path) + record("GNU.sparse.size", size)
      records += record("GNU.sparse.numblocks", "1")
      records += record("GNU.sparse.map", "\(offset),\(count)")
    default:
      records += record("GNU.sparse.major", "1") + record("GNU.sparse.minor", "0")
      records += record("GNU.sparse.name", tar.path) + record("GNU.sparse.realsize", size)
      let map = Array("1\n\(offset)\n\(count)\n".utf8)
      content = map + [UInt8](repeating: 0, count: 512 - map.count) + content
    }
    return records
  }

  private func record(_ key: String, _ value: String) -> [UInt8] { record(key, Array(value.utf8)) }

  private func record(_ key: String, _ value: [UInt8]) -> [UInt8] {
    let body = Array(" \(key)=".utf8) + value + [0x0a]
    var length = body.count
    while "\(length)".utf8.count + body.count != length {
      length = "\(length)".utf8.count + body.count
    }
    return Array("\(length)".utf8) + body
  }
}

extension RandomMember {
  /// Whether the dialect can say all that the member is.
  func fits(_ dialect: TarWriter.Dialect) -> Bool {
    switch dialect {
    case .pax: return true
    case .paxSparse0, .paxSparse1: return hole > 0
    // umoci refuses the type of old sparse files, which has hand-written tests.
    case .gnu: return tar.xattrs.isEmpty && hole == 0
    case .ustar, .v7: break
    }
    let isSmall =
      tar.xattrs.isEmpty && hole == 0 && tar.linkPath.count <= 100
      && max(tar.uid, tar.gid, tar.deviceMajor, tar.deviceMinor) < 1 << 21
      && (0..<1 << 33).contains(tar.mtime)
    guard dialect == .v7 else { return isSmall && TarHeader.split(tar.path) != nil }
    switch tar.kind {
    case .directory: if tar.path.last != UInt8(ascii: "/") { return false }
    case .regular, .hardLink, .symbolicLink: break
    case .characterDevice, .blockDevice, .fifo: return false
    }
    return isSmall && tar.path.count <= 100
  }
}
