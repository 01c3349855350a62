import FileTree
import Flattening
import Tar

/// A member of a layer's tar stream with its content: the model from which both the archive for
/// umoci and the layer entries for the flattener are made.
struct RandomMember {
  var tar: TarEntry
  var content: [UInt8] = []
  /// How many zeros the content begins with that are a hole in the archive.
  var hole = 0
  /// How it is written down, if it fits.
  var dialect = TarWriter.Dialect.pax

  /// The entry, its content standing in the fragment index as a number; nil where it is ignored.
  var layerEntry: LayerEntry? {
    var builder = LayerEntryBuilder()
    guard var entry = try? builder.entry(for: tar) else { return nil }
    if case .regular = entry.kind, entry.whiteout == nil {
      entry.kind = .regular(Self.placed(content))
    }
    return entry
  }

  /// A content of zeros and then at most four bytes, which stand in the tail's place.
  private static func placed(_ content: [UInt8]) -> FileContent {
    let number = content.suffix(4).reduce(0) { $0 << 8 | UInt32($1) }
    return FileContent(
      size: UInt64(content.count), tail: TailPosition(fragment: number, offset: 0))
  }

  /// The content that ``layerEntry`` was given: what a dump shows in place of a digest.
  static func content(of placed: FileContent) -> [UInt8] {
    let number = placed.tail?.fragment ?? 0
    return (0..<Int(placed.size)).reversed().map { place in
      place < 4 ? UInt8(truncatingIfNeeded: number >> (place * 8)) : 0
    }
  }
}

extension RandomMember {
  /// An ordinary member with random attributes at a path.
  init(at path: ByteString, linkingTo targets: [ByteString], using random: inout SeededGenerator) {
    tar = TarEntry(path: [], kind: .regular)
    tar.mode = [0o644, 0o600, 0o755, 0o4755, 0o2711, 0o1777, 0].randomElement(using: &random) ?? 0
    tar.uid = [0, 1, 1_000, 100_000, 4_294_967_294].randomElement(using: &random) ?? 0
    tar.gid = [0, 5, 1_000, 65_534].randomElement(using: &random) ?? 0
    tar.mtime =
      random.chance(5) ? 4_294_967_295 + 77 : .random(in: 1...1_500_000_000, using: &random)
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<30: tar.kind = .directory
    case 30..<60:
      content = (0..<Int.random(in: 0...4, using: &random)).map { _ in
        .random(in: 0...255, using: &random)
      }
      if !content.isEmpty, random.chance(25) {
        hole = 512 * .random(in: 1...9, using: &random)
        content = [UInt8](repeating: 0, count: hole) + content
      }
      tar.size = UInt64(content.count)
    case 60..<76:
      tar.kind = .symbolicLink
      let target = Self.linkTargets.randomElement(using: &random) ?? "a"
      tar.linkPath = target.bytes
    case 76..<92 where !targets.isEmpty:
      tar.kind = .hardLink
      tar.linkPath = Self.spelled(targets.randomElement(using: &random) ?? "a", using: &random)
    case 92..<96: tar.kind = .fifo
    default:
      tar.kind = random.chance(50) ? .characterDevice : .blockDevice
      tar.deviceMajor = .random(in: 0...4_095, using: &random)
      tar.deviceMinor = .random(in: 0...1_048_575, using: &random)
    }
    dialect = TarWriter.Dialect.allCases.randomElement(using: &random) ?? .pax
    tar.path = Self.spelled(path, using: &random)
    if tar.kind == .directory, random.chance(60) { tar.path.append(UInt8(ascii: "/")) }
    if tar.kind != .hardLink { tar.xattrs = Self.xattrs(tar.kind, using: &random) }
  }

  private static let linkTargets: [ByteString] = [
    "a", "b", "/c", "a/b", "/a/c", "../b", "..", ".", "/", "missing", "c/../a", "-", "with space",
    ByteString([0xff, 0xfe]), "../../../b/", "/d/", "new\nline",
    ByteString(
      [[UInt8]](repeating: [UInt8](repeating: 0x74, count: 199), count: 5).joined(separator: [0x2f])
    ),
  ]

  /// The same path in one of the spellings that archives have.
  private static func spelled(_ path: ByteString, using random: inout SeededGenerator) -> [UInt8] {
    let prefix = ["", "./", "/", "../", "x/../"].randomElement(using: &random) ?? ""
    if path.isEmpty { return Array("./".utf8) }
    let separator = random.chance(10) ? Array("/.//".utf8) : Array("/".utf8)
    return Array(prefix.utf8) + path.components.map(\.bytes).joined(separator: separator)
  }

  private static func xattrs(
    _ kind: TarEntry.Kind, using random: inout SeededGenerator
  ) -> [TarEntry.ExtendedAttribute] {
    guard random.chance(25), kind == .regular || kind == .directory else { return [] }
    let capability: [UInt8] = [1, 0, 0, 2, 0, 0x20, 0, 0] + [UInt8](repeating: 0, count: 12)
    let all: [(String, [UInt8])] = [
      ("security.capability", capability), ("trusted.t", [0, 10, 0x3d]), ("user.a", [0]),
      ("trusted.overlay.opaque", Array("y".utf8)), ("user.n\u{e4}me", [0xff]),
    ]
    return all.filter { name, _ in
      random.chance(40) && (kind == .regular || name != "security.capability")
    }.map { TarEntry.ExtendedAttribute(name: Array($0.utf8), value: $1) }
  }
}

extension RandomMember: CustomStringConvertible {
  /// The member on a line, for whoever looks into a failure.
  var description: String {
    var line = "\(dialect) \(tar.kind) \(ByteString(tar.path).escaped())"
    if !tar.linkPath.isEmpty { line += " -> \(ByteString(tar.linkPath).escaped())" }
    line += " \(String(tar.mode, radix: 8)) \(tar.uid):\(tar.gid) @\(tar.mtime)"
    if hole > 0 { line += " hole \(hole)" }
    if !content.isEmpty { line += " content \(content.dropFirst(hole))" }
    if !tar.xattrs.isEmpty { line += " xattrs \(tar.xattrs.map { ByteString($0.name) })" }
    return line
  }
}
