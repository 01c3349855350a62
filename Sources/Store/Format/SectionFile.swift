internal import Compression
internal import Digests

/// The frame of every binary object: a table of checksummed sections (firn-store(5), "Section
/// files").
///
/// Made by appending sections in ascending order of their kinds, or by decoding bytes, which
/// checks every checksum, so that a section that is handed out is as it was written.
struct SectionFile {
  /// Set in the kind of a section that a reader who does not know it may skip.
  static let skippable: UInt32 = 1 << 31
  static let version: UInt32 = 1
  static let headerSize = 16
  static let entrySize = 48
  static let compressedFlag: UInt32 = 1
  static let mostSections = 64
  private static let zstdLevel = 3

  /// What the first eight bytes say.
  let magic: UInt64
  private var sections: [(kind: UInt32, flags: UInt32, length: UInt64, stored: [UInt8])] = []

  init(magic: UInt64) { self.magic = magic }

  /// Adds a section as it is.
  mutating func append(_ kind: UInt32, plain bytes: [UInt8]) {
    sections.append((kind, 0, UInt64(bytes.count), bytes))
  }

  /// Adds a section compressed with zstd, or as it is where that is not smaller.
  mutating func append(_ kind: UInt32, compressing bytes: [UInt8]) {
    guard let compressor = try? BlockCompressor(.zstd, level: Self.zstdLevel),
      let stored = compressor.compress(bytes.span.bytes),
      bytes.count <= Self.mostContent(ofStored: stored.count)
    else { return append(kind, plain: bytes) }
    sections.append((kind, Self.compressedFlag, UInt64(bytes.count), stored))
  }

  /// Takes over a section as it is stored.
  mutating func keep(_ kind: UInt32, _ flags: UInt32, _ length: UInt64, _ stored: [UInt8]) {
    sections.append((kind, flags, length, stored))
  }

  /// The bytes of the whole file.
  func encoded() -> [UInt8] {
    let start = Self.headerSize + sections.count * Self.entrySize + Checksum.byteCount
    var writer = ByteWriter()
    writer.reserve(sections.reduce(start) { $0 + $1.stored.count })
    writer.append(magic)
    writer.append(Self.version)
    writer.append(UInt32(sections.count))
    var offset = UInt64(start)
    for section in sections {
      writer.append(section.kind)
      writer.append(section.flags)
      writer.append(offset)
      writer.append(UInt64(section.stored.count))
      writer.append(section.length)
      writer.append(Checksum.of(section.stored.span.bytes))
      offset += UInt64(section.stored.count)
    }
    writer.append(Checksum.of(writer.bytes.span.bytes))
    for section in sections { writer.append(contentsOf: section.stored) }
    return writer.bytes
  }
}

extension SectionFile {
  /// Takes a whole file apart.
  ///
  /// - Parameter known: The kinds of section the caller understands.
  init(decoding bytes: [UInt8], magic: UInt64, known: ClosedRange<UInt32>) throws(FormatError) {
    self.init(magic: magic)
    var reader = ByteReader(bytes)
    guard try reader.integer(UInt64.self) == magic else { throw .wrongMagic }
    let version = try reader.integer(UInt32.self)
    guard version == Self.version else { throw .unknownVersion(version) }
    let count = try reader.count(ofItemsOf: Self.entrySize)
    guard count <= Self.mostSections else { throw .invalid("it has too many sections") }
    let tableEnd = Self.headerSize + count * Self.entrySize
    guard tableEnd + Checksum.byteCount <= bytes.count else { throw .truncated }
    let table = Checksum.of(bytes.span.bytes.extracting(0..<tableEnd))
    var next = tableEnd + Checksum.byteCount
    for _ in 0..<count {
      let end = try decodeSection(&reader, of: bytes, at: next, known: known)
      next = end
    }
    guard try reader.checksum() == table else { throw .checksumMismatch("the section table") }
    guard next == bytes.count else { throw .invalid("bytes follow the last section") }
  }

  private mutating func decodeSection(
    _ reader: inout ByteReader, of bytes: [UInt8], at start: Int, known: ClosedRange<UInt32>
  ) throws(FormatError) -> Int {
    let kind = try reader.integer(UInt32.self)
    let flags = try reader.integer(UInt32.self)
    let offset = try reader.integer(UInt64.self)
    let stored = try reader.integer(UInt64.self)
    let length = try reader.integer(UInt64.self)
    let checksum = try reader.checksum()
    guard offset == UInt64(start) else { throw .invalid("a section is not at its place") }
    guard stored <= UInt64(bytes.count - start) else { throw .truncated }
    guard sections.allSatisfy({ $0.kind < kind }) else {
      throw .invalid("the sections are not in order")
    }
    let end = start + Int(stored)
    guard Checksum.of(bytes.span.bytes.extracting(start..<end)) == checksum else {
      throw .checksumMismatch("section \(kind)")
    }
    guard known.contains(kind) || kind & Self.skippable != 0 else { throw .unknownSection(kind) }
    guard flags & ~Self.compressedFlag == 0 else { throw .invalid("a section has unknown flags") }
    guard flags != 0 || length == stored else { throw .invalid("a section's sizes differ") }
    sections.append((kind, flags, length, Array(bytes[start..<end])))
    return end
  }

  /// The most content that so many compressed bytes may stand for: a bound on what hostile bytes
  /// can make a reader allocate.
  private static func mostContent(ofStored count: Int) -> Int {
    min(1 << 26 + min(count, 1 << 20) * 1024, 1 << 30)
  }

  /// The content of a section that must be there.
  func section(_ kind: UInt32) throws(FormatError) -> [UInt8] {
    guard let section = sections.first(where: { $0.kind == kind }) else {
      throw .missingSection(kind)
    }
    guard section.flags & Self.compressedFlag != 0 else { return section.stored }
    guard section.length <= UInt64(Self.mostContent(ofStored: section.stored.count)) else {
      throw .invalid("section \(kind) claims an impossible size")
    }
    var content = [UInt8](repeating: 0, count: Int(section.length))
    var span = content.mutableSpan
    var raw = span.mutableBytes
    do {
      let count = try BlockDecompressor(.zstd).decompress(
        section.stored.span.bytes, into: &raw)
      guard count == Int(section.length) else { throw FormatError.truncated }
    } catch {
      throw .invalid("section \(kind) does not decompress")
    }
    return content
  }

  /// A reader over a section that must be there.
  func reader(_ kind: UInt32) throws(FormatError) -> ByteReader { ByteReader(try section(kind)) }
}
