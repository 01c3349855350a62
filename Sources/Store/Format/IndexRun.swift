internal import Digests

/// One sorted run of the block index, whole in memory (firn-store(5), "Index runs").
///
/// Rows stay bytes as they are in the file: a run of fifty million rows takes one array.
struct IndexRun: Sendable {
  let trailer: IndexRunTrailer
  private let bytes: [UInt8]

  private static let dataStart = TrailedFile.headerSize

  /// Checks a whole file: its frame, its name if one is given, every page, the order of the rows.
  init(decoding bytes: [UInt8], named name: SHA256Digest?) throws(FormatError) {
    try TrailedFile.checkHeader(
      Array(bytes.prefix(TrailedFile.headerSize)), magic: IndexRunTrailer.runMagic)
    let footer = try TrailedFile.decodeFooter(
      Array(bytes.suffix(TrailedFile.footerSize)), fileSize: UInt64(bytes.count))
    let start = Int(footer.trailerOffset)
    let trailerBytes = Array(bytes[start..<start + Int(footer.trailerSize)])
    let digest = SHA256Digest.of(trailerBytes.span.bytes)
    guard digest == footer.trailerDigest, name == nil || digest == name else {
      throw .checksumMismatch("the trailer")
    }
    trailer = try IndexRunTrailer(
      decoding: trailerBytes, dataSize: footer.trailerOffset - UInt64(Self.dataStart))
    self.bytes = bytes
    try checkPages()
    try checkRows()
  }

  var blockCount: Int { Int(trailer.blockCount) }
  var pieceCount: Int { Int(trailer.pieceCount) }

  private func checkPages() throws(FormatError) {
    var page = 0
    var start = Self.dataStart
    for count in [blockCount, pieceCount] {
      var left = count
      while left > 0 {
        let rows = min(left, IndexRunTrailer.rowsPerPage)
        let end = start + rows * IndexRunTrailer.rowSize
        guard Checksum.of(bytes.span.bytes.extracting(start..<end)) == trailer.pages[page] else {
          throw .checksumMismatch("page \(page)")
        }
        page += 1
        start = end
        left -= rows
      }
    }
  }

  private func checkRows() throws(FormatError) {
    for range in [0..<blockCount, blockCount..<blockCount + pieceCount] {
      var last: SHA256Digest?
      for row in range {
        let key = key(ofRow: row)
        guard last.map({ $0 < key }) ?? true else { throw .invalid("the rows are not in order") }
        last = key
      }
    }
    for row in 0..<blockCount where Int(block(atRow: row).pack) >= trailer.packs.count {
      throw .invalid("a row names no pack")
    }
  }

  private func offset(ofRow row: Int) -> Int { Self.dataStart + row * IndexRunTrailer.rowSize }

  private func reader(atRow row: Int) -> ByteReader {
    ByteReader(bytes, at: offset(ofRow: row))
  }

  private func key(ofRow row: Int) -> SHA256Digest {
    var reader = reader(atRow: row)
    guard let key = try? reader.digest() else { preconditionFailure("rows lie in the file") }
    return key
  }

  /// A row of the block table.
  func block(atRow row: Int) -> IndexBlockRow {
    var reader = reader(atRow: row)
    guard let row = try? IndexBlockRow(reading: &reader) else {
      preconditionFailure("rows lie in the file")
    }
    return row
  }

  /// A row of the piece table.
  func piece(atRow row: Int) -> IndexPieceRow {
    var reader = reader(atRow: blockCount + row)
    guard let row = try? IndexPieceRow(reading: &reader) else {
      preconditionFailure("rows lie in the file")
    }
    return row
  }

  /// The row of a block with this content.
  func block(_ content: SHA256Digest) -> IndexBlockRow? {
    row(of: content, in: 0..<blockCount).map { block(atRow: $0) }
  }

  /// The row of a piece with this content.
  func piece(_ content: SHA256Digest) -> PieceLocation? {
    row(of: content, in: blockCount..<blockCount + pieceCount)
      .map { piece(atRow: $0 - blockCount).location }
  }

  private func row(of content: SHA256Digest, in range: Range<Int>) -> Int? {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      let key = key(ofRow: middle)
      if key == content { return middle }
      if key < content { low = middle + 1 } else { high = middle }
    }
    return nil
  }
}
