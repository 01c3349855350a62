internal import Tar

/// A member made up at random, and its bytes in two dialects.
struct RandomMember {
  var entry: TarEntry
  /// Regions of data as offset and bytes; the rest of a regular file is holes.
  var regions: [(offset: UInt64, bytes: [UInt8])] = []

  /// Makes up a member that both dialects can express.
  init(using generator: inout SeededGenerator) {
    let kinds: [TarEntry.Kind] = [
      .regular, .regular, .regular, .directory, .hardLink, .symbolicLink, .characterDevice,
      .blockDevice, .fifo,
    ]
    entry = TarEntry(
      path: Self.name(&generator), kind: kinds.randomElement(using: &generator) ?? .regular,
      mode: .random(in: 0...0o7777, using: &generator),
      uid: Self.number(&generator), gid: Self.number(&generator),
      mtime: .random(in: -10_000_000_000...10_000_000_000, using: &generator))
    switch entry.kind {
    case .hardLink, .symbolicLink: entry.linkPath = Self.name(&generator)
    case .characterDevice, .blockDevice:
      entry.deviceMajor = .random(in: 0...4095, using: &generator)
      entry.deviceMinor = .random(in: 0...1_048_575, using: &generator)
    case .regular: fill(&generator)
    case .directory, .fifo: break
    }
  }

  /// Names without slash at the end, so that no regular file becomes a directory.
  private static func name(_ generator: inout SeededGenerator) -> [UInt8] {
    let count = [1, 20, 99, 100, 101, 255, 256, 1000].randomElement(using: &generator) ?? 1
    return (0..<count).map { index in
      index > 0 && index < count - 1 && Int.random(in: 0..<20, using: &generator) == 0
        ? UInt8(ascii: "/")
        : [0x61, 0x20, 0x0A, 0x3D, 0xE4, 0xFF].randomElement(using: &generator) ?? 0
    }
  }

  private static func number(_ generator: inout SeededGenerator) -> UInt32 {
    [0, 1, 1000, 2_097_151, 2_097_152, .max].randomElement(using: &generator) ?? 0
  }

  private mutating func fill(_ generator: inout SeededGenerator) {
    entry.isSparse = .random(using: &generator)
    var position: UInt64 = 0
    for _ in 0..<(entry.isSparse ? Int.random(in: 0...30, using: &generator) : 1) {
      if entry.isSparse { position += .random(in: 1...(1 << 34), using: &generator) }
      let count = Int.random(in: entry.isSparse ? 1...700 : 0...2000, using: &generator)
      let byte = UInt8.random(in: 0...255, using: &generator)
      regions.append((position, (0..<count).map { byte &+ UInt8(truncatingIfNeeded: $0) }))
      position += UInt64(count)
    }
    if entry.isSparse, .random(using: &generator) { position += 4096 }
    entry.size = position
  }

  /// What a parser must report.
  var expectation: RecordedMember {
    var member = RecordedMember(entry: entry, isComplete: true)
    var position: UInt64 = 0
    for region in regions {
      if region.offset > position {
        member.runs.append(.init(isHole: true, count: region.offset - position))
      }
      if !region.bytes.isEmpty {
        member.runs.append(.init(isHole: false, count: UInt64(region.bytes.count)))
      }
      member.stored += region.bytes
      position = region.offset + UInt64(region.bytes.count)
    }
    if entry.size > position {
      member.runs.append(.init(isHole: true, count: entry.size - position))
    }
    return member
  }
}

extension RandomMember {
  private var type: Character {
    switch entry.kind {
    case .regular: "0"
    case .hardLink: "1"
    case .symbolicLink: "2"
    case .characterDevice: "3"
    case .blockDevice: "4"
    case .directory: "5"
    case .fifo: "6"
    }
  }

  private var stored: [UInt8] { regions.flatMap(\.bytes) }

  private var modeAndDevice: [Int: [UInt8]] {
    [
      100: Archive.octal(Int(entry.mode), width: 8),
      329: Archive.base256(Int64(entry.deviceMajor), width: 8),
      337: Archive.base256(Int64(entry.deviceMinor), width: 8),
    ]
  }

  /// The member as GNU tar writes it: long names before it, numbers in base 256, an old sparse map.
  var inGNU: [UInt8] {
    var archive = Archive()
    let magic = "ustar  \u{0}"
    archive.member("L", type: "L", content: entry.path + [0], magic: magic)
    if !entry.linkPath.isEmpty {
      archive.member("K", type: "K", content: entry.linkPath + [0], magic: magic)
    }
    var patches = modeAndDevice
    patches[108] = Archive.base256(Int64(entry.uid), width: 8)
    patches[116] = Archive.base256(Int64(entry.gid), width: 8)
    patches[136] = Archive.base256(entry.mtime, width: 12)
    let map = regions.map {
      Archive.base256(Int64($0.offset), width: 12) + Archive.octal($0.bytes.count, width: 12)
    }
    if entry.isSparse {
      patches[386] = map.prefix(4).flatMap(\.self)
      patches[482] = [map.count > 4 ? 1 : 0]
      patches[483] = Archive.base256(Int64(entry.size), width: 12)
    }
    archive.bytes += Archive.header(
      "ignored", type: entry.isSparse ? "S" : type, size: stored.count, magic: magic,
      patches: patches)
    for start in stride(from: 4, to: entry.isSparse ? map.count : 0, by: 21) {
      let part = map[start..<min(start + 21, map.count)].flatMap(\.self)
      let fill = [UInt8](repeating: 0, count: 504 - part.count)
      archive.add(part + fill + [start + 21 < map.count ? 0xFF : 0])
    }
    archive.add(stored)
    return archive.bytes
  }

  /// The member as PAX records, its sparse map in the version given: 0.0, 0.1 or 1.0.
  func inPAX(sparseVersion: Int) -> [UInt8] {
    var content = stored
    var records: [(String, String)] = [
      ("uid", "\(entry.uid)"), ("gid", "\(entry.gid)"), ("mtime", "\(entry.mtime)"),
    ]
    if entry.isSparse {
      let count = "\(regions.count)"
      let numbers = regions.flatMap { ["\($0.offset)", "\($0.bytes.count)"] }
      switch sparseVersion {
      case 0:
        records += [("GNU.sparse.size", "\(entry.size)"), ("GNU.sparse.numblocks", count)]
        records += zip(0..., numbers).map { index, number in
          (index.isMultiple(of: 2) ? "GNU.sparse.offset" : "GNU.sparse.numbytes", number)
        }
      case 1:
        records += [("GNU.sparse.size", "\(entry.size)"), ("GNU.sparse.numblocks", count)]
        records.append(("GNU.sparse.map", numbers.joined(separator: ",")))
      default:
        records += [("GNU.sparse.major", "1"), ("GNU.sparse.minor", "0")]
        records.append(("GNU.sparse.realsize", "\(entry.size)"))
        let map = Array(([count] + numbers).map { $0 + "\n" }.joined().utf8)
        content = map + [UInt8](repeating: 0, count: (512 - map.count % 512) % 512) + content
      }
    }
    var body = records.flatMap { Archive.record($0.0, Array($0.1.utf8)) }
    body += Archive.record("path", entry.path) + Archive.record("linkpath", entry.linkPath)
    body += Archive.record("size", Array("\(content.count)".utf8))
    var archive = Archive()
    archive.member("x", type: "x", content: body)
    archive.bytes += Archive.header("ignored", type: type, patches: modeAndDevice)
    archive.add(content)
    return archive.bytes
  }
}
