/// One 512-byte header block, its fields found by dialect.
///
/// The layouts: POSIX.1-2017, pax, "ustar Interchange Format"; GNU tar's manual, "Basic Tar
/// Format"; star(5).
struct HeaderBlock {
  static let byteCount = 512

  /// The dialects that lay out the bytes from 257 on differently.
  enum Dialect {
    /// No magic: the fields up to the link target only.
    case v7
    /// `ustar`, NUL: ustar and PAX, with a prefix of 155 bytes.
    case ustar
    /// `ustar`, NUL, and `tar`, NUL at the end: a prefix of 131 bytes, then times.
    case star
    /// `ustar`, two spaces, NUL: old GNU and GNU, with times and a sparse map, without a prefix.
    case gnu
  }

  let bytes: [UInt8]
  let dialect: Dialect

  /// Takes a block of 512 bytes whose checksum is right.
  init(checking block: [UInt8]) throws(TarError.Defect) {
    bytes = block
    dialect = Self.dialect(of: block)
    try verifyChecksum()
  }

  var typeFlag: UInt8 { bytes[156] }

  private static func dialect(of block: [UInt8]) -> Dialect {
    if block[257..<265].elementsEqual("ustar  \0".utf8) { return .gnu }
    guard block[257..<263].elementsEqual("ustar\0".utf8) else { return .v7 }
    return block[508..<512].elementsEqual("tar\0".utf8) ? .star : .ustar
  }

  /// The sum counts the checksum field as spaces; old tars summed signed bytes.
  private func verifyChecksum() throws(TarError.Defect) {
    guard let stored = Numbers.headerField(bytes[148..<156]) else { throw .checksum }
    var unsigned: Int64 = 8 * 32
    var signed: Int64 = 8 * 32
    for (index, byte) in bytes.enumerated() where index < 148 || index >= 156 {
      unsigned += Int64(byte)
      signed += Int64(Int8(bitPattern: byte))
    }
    guard stored == unsigned || stored == signed else { throw .checksum }
  }

  /// The number in a field; throws when it is malformed or does not fit in `Int64`.
  func number(
    _ range: Range<Int>, _ field: TarError.Field
  ) throws(TarError.Defect) -> Int64 {
    guard let value = Numbers.headerField(bytes[range]) else { throw .malformed(field) }
    return value
  }

  /// The number in a field that cannot be negative nor exceed 32 bits.
  func number32(
    _ range: Range<Int>, _ field: TarError.Field
  ) throws(TarError.Defect) -> UInt32 {
    guard let value = UInt32(exactly: try number(range, field)) else { throw .outOfRange(field) }
    return value
  }

  /// The bytes of a field up to its first NUL.
  func text(_ range: Range<Int>) -> ArraySlice<UInt8> { bytes[range].prefix { $0 != 0 } }
}

extension HeaderBlock {
  /// The name with its prefix, as the header alone gives it.
  var path: [UInt8] {
    let name = text(0..<100)
    let prefix = self.prefix
    return prefix.isEmpty ? Array(name) : Array(prefix) + [UInt8(ascii: "/")] + name
  }

  private var prefix: ArraySlice<UInt8> {
    switch dialect {
    case .v7: []
    case .ustar: text(345..<500)
    case .star: text(345..<476)
    case .gnu: hasTimes ? [] : text(345..<500).allSatisfy { $0 < 0x80 } ? text(345..<500) : []
    }
  }

  /// Whether a GNU header has times where other dialects have the prefix.
  ///
  /// Go before 1.8, and so Docker of that age, wrote a prefix into GNU headers
  /// (golang.org/issue/12594). What is no number there is such a prefix.
  private var hasTimes: Bool {
    [345..<357, 357..<369].allSatisfy {
      bytes[$0.lowerBound] == 0 || Numbers.headerField(bytes[$0]) != nil
    }
  }

  /// The target of a link, as the header alone gives it.
  var linkPath: [UInt8] { Array(text(157..<257)) }

  /// The mode, without bits for the type that old tars put there.
  func mode() throws(TarError.Defect) -> UInt16 {
    UInt16(truncatingIfNeeded: try number(100..<108, .mode)) & 0o7777
  }

  func uid() throws(TarError.Defect) -> UInt32 { try number32(108..<116, .uid) }

  func gid() throws(TarError.Defect) -> UInt32 { try number32(116..<124, .gid) }

  func size() throws(TarError.Defect) -> UInt64 {
    guard let size = UInt64(exactly: try number(124..<136, .size)) else { throw .outOfRange(.size) }
    return size
  }

  func mtime() throws(TarError.Defect) -> Int64 { try number(136..<148, .mtime) }

  /// The major number; v7 has none.
  func deviceMajor() throws(TarError.Defect) -> UInt32 {
    dialect == .v7 ? 0 : try number32(329..<337, .device)
  }

  /// The minor number; v7 has none.
  func deviceMinor() throws(TarError.Defect) -> UInt32 {
    dialect == .v7 ? 0 : try number32(337..<345, .device)
  }
}
