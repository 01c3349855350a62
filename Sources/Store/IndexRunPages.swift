internal import Digests
internal import Linux

/// One run of the block index, read by pages (firn-store(5), "Index runs").
///
/// Only the trailer, about a four-thousandth of the run, is held in memory; each page is checked
/// when it is read. Thread-safe; one open(2) in its life.
struct IndexRunPages: Sendable {
  static let pageSize = IndexRunTrailer.rowsPerPage * IndexRunTrailer.rowSize
  private static let dataStart = UInt64(TrailedFile.headerSize)

  let trailer: IndexRunTrailer
  let path: StorePath
  private let file: any StoreFile

  /// Opens a run and reads its trailer.
  ///
  /// - Parameter name: What the run must be called; the file may have a temporary name.
  /// - Throws: `missing` or `damaged`.
  init(
    _ directory: any StoreDirectory, at path: StorePath, named name: SHA256Digest
  ) throws(StoreError) {
    self.path = path
    do throws(SystemError) {
      file = try directory.open(path)
    } catch {
      throw StoreError(error, at: path)
    }
    trailer = try Self.trailer(of: file, at: path, named: name)
  }

  private static func trailer(
    of file: any StoreFile, at path: StorePath, named name: SHA256Digest
  ) throws(StoreError) -> IndexRunTrailer {
    let header = try file.bytes(at: 0, count: TrailedFile.headerSize, of: path)
    let footerSize = TrailedFile.footerSize
    guard file.size >= UInt64(footerSize) else { throw .damaged(path, .truncated) }
    let end = try file.bytes(at: file.size - UInt64(footerSize), count: footerSize, of: path)
    let footer = try path.decoding { () throws(FormatError) in
      try TrailedFile.checkHeader(header, magic: IndexRunTrailer.runMagic)
      return try TrailedFile.decodeFooter(end, fileSize: file.size)
    }
    let bytes = try file.bytes(
      at: footer.trailerOffset, count: Int(clamping: footer.trailerSize), of: path)
    return try path.decoding { () throws(FormatError) in
      let digest = SHA256Digest.of(bytes.span.bytes)
      guard digest == footer.trailerDigest, digest == name else {
        throw FormatError.checksumMismatch("the trailer")
      }
      return try IndexRunTrailer(decoding: bytes, dataSize: footer.trailerOffset - dataStart)
    }
  }

  /// The number of pages of a table.
  func pageCount(_ table: IndexRunTable) -> Int {
    Int(clamping: IndexRunTrailer.pageCount(ofRows: trailer.rowCount(table)))
  }

  /// The number of rows in a page of a table.
  func rowCount(_ table: IndexRunTable, page: Int) -> Int {
    let before = UInt64(page) * UInt64(IndexRunTrailer.rowsPerPage)
    return Int(min(trailer.rowCount(table) - before, UInt64(IndexRunTrailer.rowsPerPage)))
  }

  /// Reads pages of a table that follow each other, and checks each; what is wrong is read once
  /// more.
  ///
  /// - Parameter pages: Pages of the table, at least one.
  func read(_ table: IndexRunTable, _ pages: Range<Int>) throws(StoreError) -> [UInt8] {
    let last = pages.upperBound - 1
    let rows =
      (last - pages.lowerBound) * IndexRunTrailer.rowsPerPage + rowCount(table, page: last)
    let before = table == .blocks ? 0 : trailer.blockCount * UInt64(IndexRunTrailer.rowSize)
    let offset = Self.dataStart + before + UInt64(pages.lowerBound) * UInt64(Self.pageSize)
    var wrong = 0
    for _ in 0..<2 {
      let bytes = try file.bytes(
        at: offset, count: rows * IndexRunTrailer.rowSize, of: path)
      guard let page = firstWrongPage(table, pages, bytes) else { return bytes }
      wrong = page
    }
    throw .damaged(path, .checksumMismatch("page \(wrong)"))
  }

  /// Reads everything once; throws `damaged` unless the run is whole.
  func check() throws(StoreError) {
    try check { _ in }
  }

  /// As above, and hands out the rows of all blocks on the way.
  func check(_ block: (IndexBlockRow) -> Void) throws(StoreError) {
    var blocks = try IndexRunCursor<IndexBlockRow>(self)
    while let row = blocks.row {
      block(row)
      try blocks.advance()
    }
    var pieces = try IndexRunCursor<IndexPieceRow>(self)
    while pieces.row != nil { try pieces.advance() }
  }

  private func firstWrongPage(
    _ table: IndexRunTable, _ pages: Range<Int>, _ bytes: [UInt8]
  ) -> Int? {
    let first = table == .blocks ? 0 : pageCount(.blocks)
    return pages.first { page in
      let start = (page - pages.lowerBound) * Self.pageSize
      let end = start + rowCount(table, page: page) * IndexRunTrailer.rowSize
      return Checksum.of(bytes.span.bytes.extracting(start..<end)) != trailer.pages[first + page]
    }
  }
}

extension Store {
  /// Opens a run of the block index to read it by pages.
  func indexRunPages(_ record: IndexRunRecord) throws(StoreError) -> IndexRunPages {
    let path = StorePath(.index, record.id.hex)
    let run = try IndexRunPages(directory, at: path, named: record.id)
    guard run.trailer.blockCount == record.blocks, run.trailer.pieceCount == record.pieces else {
      throw .damaged(path, .invalid("it does not have as many rows as the catalog says"))
    }
    return run
  }
}
