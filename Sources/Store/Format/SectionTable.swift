internal import Digests
internal import Linux

/// A section of a kind of section file.
struct SectionKey: Equatable {
  var magic: UInt64
  var kind: UInt32
}

extension SectionFile {
  /// Reads one small section of a section file that lies in a larger file, and not the rest: some
  /// hundred bytes instead of megabytes.
  ///
  /// What is returned is as it was written: the table and the section have their checksums.
  /// - Parameter end: Where the section file ends in the larger one.
  static func read(
    _ key: SectionKey, in file: any StoreFile, from start: UInt64, to end: UInt64,
    of path: StorePath
  ) throws(StoreError) -> ByteReader {
    let head = try file.bytes(at: start, count: headerSize, of: path)
    do throws(FormatError) {
      var reader = ByteReader(head)
      guard try reader.integer(UInt64.self) == key.magic else { throw .wrongMagic }
      let version = try reader.integer(UInt32.self)
      guard version == Self.version else { throw .unknownVersion(version) }
      let count = try reader.integer(UInt32.self)
      guard count <= mostSections else { throw .invalid("it has too many sections") }
      let size = headerSize + Int(count) * entrySize
      guard let table = try? file.bytes(at: start, count: size + Checksum.byteCount, of: path)
      else { throw .truncated }
      let entry = try entry(of: key.kind, in: table, sections: Int(count))
      guard entry.offset <= end - start, entry.stored <= end - start - entry.offset,
        let content = try? file.bytes(
          at: start + entry.offset, count: Int(entry.stored), of: path)
      else { throw .truncated }
      guard Checksum.of(content.span.bytes) == entry.checksum else {
        throw .checksumMismatch("section \(key.kind)")
      }
      return ByteReader(content)
    } catch {
      throw .damaged(path, error)
    }
  }

  private static func entry(
    of kind: UInt32, in table: [UInt8], sections: Int
  ) throws(FormatError) -> (offset: UInt64, stored: UInt64, checksum: Checksum) {
    let end = headerSize + sections * entrySize
    var checksum = ByteReader(table, at: end)
    guard try checksum.checksum() == Checksum.of(table.span.bytes.extracting(0..<end)) else {
      throw .checksumMismatch("the section table")
    }
    var reader = ByteReader(table, at: headerSize)
    for _ in 0..<sections {
      let found = try reader.integer(UInt32.self)
      let flags = try reader.integer(UInt32.self)
      let offset = try reader.integer(UInt64.self)
      let stored = try reader.integer(UInt64.self)
      _ = try reader.integer(UInt64.self)
      let checksum = try reader.checksum()
      guard found == kind else { continue }
      guard flags == 0, stored <= largestReadAlone else {
        throw .invalid("section \(kind) is not a small plain one")
      }
      return (offset, stored, checksum)
    }
    throw .missingSection(kind)
  }

  /// The most bytes of a section that ``read(_:in:from:to:of:)`` gives.
  private static let largestReadAlone: UInt64 = 1 << 20
}
