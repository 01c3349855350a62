internal import Digests

extension SectionFile {
  /// Takes the sections that are whole out of a file that is damaged; the others are not there.
  ///
  /// - Throws: When the table of sections is damaged.
  init(salvaging bytes: [UInt8], magic: UInt64) throws(FormatError) {
    var reader = ByteReader(bytes)
    guard try reader.integer(UInt64.self) == magic else { throw .wrongMagic }
    _ = try reader.integer(UInt32.self)
    let count = try reader.count(ofItemsOf: Self.entrySize)
    var entries: [(kind: UInt32, flags: UInt32, range: Range<Int>, length: UInt64, sum: Checksum)]
    entries = []
    for _ in 0..<min(count, Self.mostSections) {
      let kind = try reader.integer(UInt32.self)
      let flags = try reader.integer(UInt32.self)
      let offset = Int(clamping: try reader.integer(UInt64.self))
      let stored = Int(clamping: try reader.integer(UInt64.self))
      let length = try reader.integer(UInt64.self)
      let (end, overflow) = offset.addingReportingOverflow(stored)
      let sum = try reader.checksum()
      guard !overflow, end <= bytes.count, flags <= Self.compressedFlag else { continue }
      entries.append((kind, flags, offset..<end, length, sum))
    }
    let table = Checksum.of(bytes.span.bytes.extracting(0..<reader.position))
    guard try reader.checksum() == table else { throw .checksumMismatch("the section table") }
    self.init(magic: magic)
    for entry in entries
    where Checksum.of(bytes.span.bytes.extracting(entry.range)) == entry.sum {
      keep(entry.kind, entry.flags, entry.length, Array(bytes[entry.range]))
    }
  }
}
