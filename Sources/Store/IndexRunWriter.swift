internal import Digests
internal import Linux

/// Writes a run of the block index, row by row in ascending order, in bounded memory.
///
/// Block rows come first, then piece rows. Owned by one caller.
struct IndexRunWriter {
  static let flushSize = 1 << 20

  private let staging: StagingArea
  private let file: StagedFile
  private var buffer = ByteWriter()
  private var page = ByteWriter()
  private var rowsInPage = 0
  private var size: UInt64
  private var packIndices: [PackID: UInt32] = [:]
  private var trailer: IndexRunTrailer

  init(_ staging: StagingArea) throws(StoreError) {
    self.staging = staging
    trailer = IndexRunTrailer(
      blockCount: 0, pieceCount: 0, packs: [], pages: [], writer: staging.owner.token)
    file = try staging.create(in: .index)
    buffer.append(contentsOf: TrailedFile.header(magic: IndexRunTrailer.runMagic))
    size = UInt64(TrailedFile.headerSize)
  }

  mutating func append(_ stored: StoredBlock) throws(StoreError) {
    let row = IndexBlockRow(
      record: stored.block, pack: index(of: stored.location.pack), offset: stored.location.offset,
      ordinal: stored.location.ordinal)
    row.append(to: &page)
    trailer.blockCount += 1
    try endRow()
  }

  private mutating func index(of pack: PackID) -> UInt32 {
    if let index = packIndices[pack] { return index }
    let index = UInt32(clamping: trailer.packs.count)
    trailer.packs.append(pack)
    packIndices[pack] = index
    return index
  }

  /// Ends the block rows; piece rows follow.
  mutating func endBlocks() throws(StoreError) { try endPage() }

  mutating func append(_ content: SHA256Digest, _ location: PieceLocation) throws(StoreError) {
    IndexPieceRow(content: content, location: location).append(to: &page)
    trailer.pieceCount += 1
    try endRow()
  }

  private mutating func endRow() throws(StoreError) {
    rowsInPage += 1
    if rowsInPage == IndexRunTrailer.rowsPerPage { try endPage() }
  }

  private mutating func endPage() throws(StoreError) {
    guard rowsInPage > 0 else { return }
    trailer.pages.append(Checksum.of(page.bytes.span.bytes))
    buffer.append(contentsOf: page.bytes)
    size += UInt64(page.bytes.count)
    page.removeAll()
    rowsInPage = 0
    if buffer.bytes.count >= Self.flushSize { try flush() }
  }

  private mutating func flush() throws(StoreError) {
    do throws(SystemError) {
      try file.writer.append(buffer.bytes.span.bytes)
    } catch {
      throw .system(error)
    }
    buffer.removeAll()
  }

  /// Ends the run: trailer, fsync, link.
  ///
  /// - Returns: Nil, and no run, when it has no rows.
  mutating func finish() throws(StoreError) -> IndexRunRecord? {
    guard let record = try end() else { return nil }
    try link(record)
    return record
  }

  /// Ends a run that only this staging area uses: it is neither durable nor linked.
  ///
  /// - Returns: The run, to be discarded under its path; nil, and no run, when it has no rows.
  mutating func finishTemporary() throws(StoreError) -> IndexRunPages? {
    guard let record = try end() else { return nil }
    return try IndexRunPages(staging.store.directory, at: file.path, named: record.id)
  }

  /// Removes what was written of a run that is not wanted.
  func discard() { staging.discard(file) }

  private mutating func end() throws(StoreError) -> IndexRunRecord? {
    try endPage()
    guard trailer.blockCount + trailer.pieceCount > 0 else {
      staging.discard(file)
      return nil
    }
    let bytes = trailer.encoded()
    buffer.append(contentsOf: bytes)
    buffer.append(contentsOf: TrailedFile.footer(trailer: bytes, at: size))
    try flush()
    size += UInt64(bytes.count + TrailedFile.footerSize)
    return IndexRunRecord(
      id: SHA256Digest.of(bytes.span.bytes), size: size, blocks: trailer.blockCount,
      pieces: trailer.pieceCount)
  }

  private func link(_ record: IndexRunRecord) throws(StoreError) {
    let path = StorePath(.index, record.id.hex)
    if try staging.link(file, as: path) { return }
    let isWhole = (try? staging.store.indexRunPages(record).check()) != nil
    if isWhole {
      try staging.discard(file, inFavourOf: path)
    } else {
      try staging.replace(path, with: file)
    }
  }
}
