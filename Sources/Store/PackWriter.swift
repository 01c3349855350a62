internal import Digests
internal import Linux
internal import Synchronization

/// Writes one pack: blocks one after the other, then the trailer that gives it its name.
///
/// Blocks are gathered in memory and written in slabs of 4 MiB. Thread-safe: blocks may come from
/// several threads, in whatever order they take turns. Nobody sees the pack before ``seal()``, and
/// nobody counts on it before a generation lists it.
public final class PackWriter: Sendable {
  /// How many bytes are written at once.
  public static let slabSize = 4 << 20
  static let magic = ByteWriter.magic("FIRNPACK")

  private struct State {
    var slab: [UInt8]
    var size: UInt64
    var trailer: PackTrailer
    var isOver = false
  }

  private let staging: StagingArea
  private let file: StagedFile
  private let state: Mutex<State>

  /// Begins a pack in a staging area.
  public init(_ staging: StagingArea) throws(StoreError) {
    self.staging = staging
    file = try staging.create(in: .packs)
    var slab: [UInt8] = []
    slab.reserveCapacity(Self.slabSize)
    slab += TrailedFile.header(magic: Self.magic)
    state = Mutex(
      State(
        slab: slab, size: PackTrailer.firstOffset,
        trailer: PackTrailer(
          parameters: staging.store.parameters, blocks: [], pieces: [],
          writer: staging.owner.token)))
  }

  /// The number of bytes appended so far, header included.
  public var size: UInt64 { state.withLock { $0.size } }

  /// The number of blocks appended so far.
  public var blockCount: Int { state.withLock { $0.trailer.blocks.count } }

  /// Appends a block.
  ///
  /// - Parameters:
  ///   - block: What it is.
  ///   - stored: Its stored bytes, as `block` describes them.
  ///   - pieces: The small files and tail ends that lie in it.
  /// - Returns: The offset of the block in the pack. The pack's name is known when it is sealed.
  /// - Throws: What the file system refuses; the pack is then lost and every later call throws.
  @discardableResult
  public func append(
    _ block: BlockRecord, stored: RawSpan, pieces: [PieceRecord] = []
  ) throws(StoreError) -> UInt64 {
    try check(block, stored, pieces)
    return try stored.withUnsafeBytes { bytes throws(StoreError) in
      try state.withLock { (state) throws(StoreError) in
        try Self.requireOpen(state)
        let offset = state.size
        let index = UInt32(clamping: state.trailer.blocks.count)
        state.slab.append(contentsOf: bytes)
        state.size += UInt64(bytes.count)
        state.trailer.blocks.append(PackTrailer.Block(record: block, offset: offset))
        for piece in pieces {
          state.trailer.pieces.append(PackTrailer.Piece(record: piece, block: index))
        }
        if state.slab.count >= Self.slabSize { try write(&state) }
        return offset
      }
    }
  }

  private func check(
    _ block: BlockRecord, _ stored: RawSpan, _ pieces: [PieceRecord]
  ) throws(StoreError) {
    do throws(FormatError) {
      try block.validate(blockSize: staging.store.parameters.blockSize)
      guard stored.byteCount == Int(block.storedSize.byteCount) else {
        throw FormatError.invalid("a block is not as long as its record says")
      }
      let fit = pieces.allSatisfy {
        $0.length > 0 && UInt64($0.offset) + UInt64($0.length) <= UInt64(block.size)
      }
      guard fit else { throw FormatError.invalid("a piece lies outside its block") }
    } catch {
      throw .invalidObject(error)
    }
  }

  private static func requireOpen(_ state: borrowing State) throws(StoreError) {
    guard !state.isOver else { throw .invalidObject(.invalid("a pack is written after its end")) }
  }

  private func write(_ state: inout State) throws(StoreError) {
    do throws(SystemError) {
      try file.writer.append(state.slab.span.bytes)
      state.slab.removeAll(keepingCapacity: true)
    } catch {
      state.isOver = true
      throw .system(error)
    }
  }

  /// Gives the pack up; nothing can be appended any more.
  public func discard() {
    state.withLock { state in
      state.isOver = true
      state.slab = []
    }
    staging.discard(file)
  }

  /// Ends the pack: trailer, fsync, link.
  ///
  /// - Returns: The pack, to be added to the catalog; nil, and no pack, when it has no block.
  public func seal() throws(StoreError) -> SealedPack? {
    let sealed: (pack: SealedPack, trailerBytes: [UInt8])? = try state.withLock {
      (state) throws(StoreError) in
      try Self.requireOpen(state)
      guard !state.trailer.blocks.isEmpty else {
        state.isOver = true
        return nil
      }
      let bytes = state.trailer.encoded()
      state.slab += bytes + TrailedFile.footer(trailer: bytes, at: state.size)
      let size = state.size + UInt64(bytes.count + TrailedFile.footerSize)
      try write(&state)
      state.isOver = true
      let record = PackRecord(id: PackID(SHA256Digest.of(bytes.span.bytes)), size: size)
      return (SealedPack(record: record, trailer: state.trailer), bytes)
    }
    guard let pack = sealed?.pack else {
      staging.discard(file)
      return nil
    }
    try link(pack)
    return pack
  }

  private func link(_ pack: SealedPack) throws(StoreError) {
    let path = pack.record.path
    if try staging.link(file, as: path) { return }
    let existing = try? PackReader(staging.store.directory, pack.record.id)
    if let existing, existing.size == pack.record.size, (try? existing.trailer()) == pack.trailer {
      return try staging.discard(file, inFavourOf: path)
    }
    try staging.replace(path, with: file)
  }
}

/// A pack that is complete and durable, but that no generation lists yet.
public struct SealedPack: Hashable, Sendable {
  /// What the catalog is to list.
  public var record: PackRecord
  /// Its blocks and pieces.
  public var trailer: PackTrailer

  /// Makes a sealed pack.
  public init(record: PackRecord, trailer: PackTrailer) {
    self.record = record
    self.trailer = trailer
  }

  /// Its blocks with their places, in their order in the pack.
  public var storedBlocks: [StoredBlock] {
    trailer.blocks.enumerated().map { ordinal, block in
      StoredBlock(
        block: block.record,
        location: BlockLocation(
          pack: record.id, offset: block.offset, ordinal: UInt32(clamping: ordinal)))
    }
  }

  /// Its pieces with their places.
  var pieceRows: [IndexPieceRow] {
    trailer.pieces.map { piece in
      IndexPieceRow(
        content: piece.record.content,
        location: PieceLocation(
          block: trailer.blocks[Int(piece.block)].record.content, offset: piece.record.offset,
          length: piece.record.length))
    }
  }
}
