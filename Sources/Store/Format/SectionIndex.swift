internal import Digests

/// Where the sections of a section file lie, for who wants some of them only (firn-store(5),
/// "Section files").
struct SectionIndex {
  private struct Entry {
    var kind: UInt32
    var offset: UInt64
    var stored: UInt64
    var checksum: Checksum
  }

  private var entries: [Entry] = []

  /// The bytes at the beginning of a file that are enough for every index.
  static let mostBytes =
    SectionFile.headerSize + SectionFile.mostSections * SectionFile.entrySize + Checksum.byteCount

  /// Reads and checks the table at the beginning of a file.
  ///
  /// - Parameters:
  ///   - bytes: The file's first ``mostBytes``, or all there are.
  ///   - fileSize: Its size in bytes.
  init(decoding bytes: [UInt8], magic: UInt64, fileSize: UInt64) throws(FormatError) {
    var reader = ByteReader(bytes)
    guard try reader.integer(UInt64.self) == magic else { throw .wrongMagic }
    let version = try reader.integer(UInt32.self)
    guard version == SectionFile.version else { throw .unknownVersion(version) }
    let count = try reader.count(ofItemsOf: SectionFile.entrySize)
    guard count <= SectionFile.mostSections else { throw .invalid("it has too many sections") }
    let end = SectionFile.headerSize + count * SectionFile.entrySize
    var next = UInt64(end + Checksum.byteCount)
    for _ in 0..<count {
      let kind = try reader.integer(UInt32.self)
      _ = try reader.integer(UInt32.self)
      let offset = try reader.integer(UInt64.self)
      let stored = try reader.integer(UInt64.self)
      _ = try reader.integer(UInt64.self)
      let entry = Entry(kind: kind, offset: offset, stored: stored, checksum: try reader.checksum())
      guard offset == next else { throw .invalid("a section is not at its place") }
      guard offset <= fileSize, stored <= fileSize - offset else { throw .truncated }
      next += stored
      entries.append(entry)
    }
    guard try reader.checksum() == Checksum.of(bytes.span.bytes.extracting(0..<end)) else {
      throw .checksumMismatch("the section table")
    }
    guard next == fileSize else { throw .invalid("bytes follow the last section") }
  }

  /// Where sections lie, from the first to the last of those wanted.
  func range(of kinds: ClosedRange<UInt32>) throws(FormatError) -> Range<UInt64> {
    let wanted = entries.filter { kinds.contains($0.kind) }
    guard let first = wanted.first, let last = wanted.last else {
      throw .missingSection(kinds.lowerBound)
    }
    return first.offset..<last.offset + last.stored
  }

  /// A section that is stored as it is, with its checksum checked.
  ///
  /// - Parameters:
  ///   - bytes: Bytes of the file in which the section lies.
  ///   - start: The offset of their first in the file.
  func section(
    _ kind: UInt32, in bytes: [UInt8], from start: UInt64
  ) throws(FormatError) -> ByteReader {
    guard let entry = entries.first(where: { $0.kind == kind }) else {
      throw .missingSection(kind)
    }
    guard entry.offset >= start, entry.offset - start <= UInt64(bytes.count),
      entry.stored <= UInt64(bytes.count) - (entry.offset - start)
    else { throw .truncated }
    let first = Int(entry.offset - start)
    let content = bytes[first..<first + Int(entry.stored)]
    guard Checksum.of(content.span.bytes) == entry.checksum else {
      throw .checksumMismatch("section \(kind)")
    }
    return ByteReader(Array(content))
  }
}
