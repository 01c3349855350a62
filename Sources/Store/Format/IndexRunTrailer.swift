internal import Digests

/// The two tables of an index run, in the order in which they lie in its file.
enum IndexRunTable: Sendable {
  case blocks
  case pieces
}

/// The trailer of an index run: its packs, its sizes and the checksums of its pages
/// (firn-store(5), "Index runs").
struct IndexRunTrailer: Equatable {
  static let runMagic = ByteWriter.magic("FIRNINDX")
  private static let magic = ByteWriter.magic("FIRNITRL")
  /// The number of rows in a page, but for the last of each table.
  static let rowsPerPage = 1024
  /// The bytes of a row of either table.
  static let rowSize = IndexBlockRow.byteCount

  private enum Section {
    static let counts: UInt32 = 1
    static let packs: UInt32 = 2
    static let pages: UInt32 = 3
    static let writer: UInt32 = 4
  }

  /// Where a trailer says who wrote the run.
  static let writerSection = SectionKey(magic: magic, kind: Section.writer)

  /// The number of block rows, which come first.
  var blockCount: UInt64
  /// The number of piece rows.
  var pieceCount: UInt64
  /// The packs that block rows name by index.
  var packs: [PackID]
  /// The checksums of the pages of the block table, then of the piece table.
  var pages: [Checksum]
  /// Who wrote the run.
  var writer: WriterToken

  static func pageCount(ofRows count: UInt64) -> UInt64 {
    count / UInt64(rowsPerPage) + (count % UInt64(rowsPerPage) == 0 ? 0 : 1)
  }

  func rowCount(_ table: IndexRunTable) -> UInt64 {
    switch table {
    case .blocks: blockCount
    case .pieces: pieceCount
    }
  }

  func encoded() -> [UInt8] {
    var file = SectionFile(magic: Self.magic)
    var writer = ByteWriter()
    writer.append(blockCount)
    writer.append(pieceCount)
    file.append(Section.counts, plain: writer.bytes)
    writer.removeAll()
    for pack in packs { writer.append(pack.digest) }
    file.append(Section.packs, plain: writer.bytes)
    writer.removeAll()
    for page in pages { writer.append(page) }
    file.append(Section.pages, plain: writer.bytes)
    file.append(Section.writer, plain: self.writer.encoded)
    return file.encoded()
  }

  /// - Parameter dataSize: The number of bytes the rows take in the file.
  init(decoding bytes: [UInt8], dataSize: UInt64) throws(FormatError) {
    let file = try SectionFile(decoding: bytes, magic: Self.magic, known: 1...4)
    var counts = try file.reader(Section.counts)
    blockCount = try counts.integer(UInt64.self)
    pieceCount = try counts.integer(UInt64.self)
    try counts.finish()
    let (rows, overflow) = blockCount.addingReportingOverflow(pieceCount)
    let (size, tooMuch) = rows.multipliedReportingOverflow(by: UInt64(Self.rowSize))
    guard !overflow, !tooMuch, size == dataSize else {
      throw .invalid("the rows do not fill the file")
    }
    var packTable = try file.reader(Section.packs)
    packs = try packTable.records(of: SHA256Digest.byteCount) { (reader) throws(FormatError) in
      PackID(try reader.digest())
    }
    var pageTable = try file.reader(Section.pages)
    pages = try pageTable.records(of: Checksum.byteCount) { (reader) throws(FormatError) in
      try reader.checksum()
    }
    writer = try WriterToken(section: try file.reader(Section.writer))
    let pageCount = Self.pageCount(ofRows: blockCount) + Self.pageCount(ofRows: pieceCount)
    guard UInt64(pages.count) == pageCount else {
      throw .invalid("the pages do not have a checksum each")
    }
  }

  init(
    blockCount: UInt64, pieceCount: UInt64, packs: [PackID], pages: [Checksum],
    writer: WriterToken = .none
  ) {
    self.writer = writer
    self.blockCount = blockCount
    self.pieceCount = pieceCount
    self.packs = packs
    self.pages = pages
  }
}
