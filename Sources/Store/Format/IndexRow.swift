internal import Digests

/// A row of either table of an index run.
protocol IndexRow: Sendable {
  /// Which of the two tables it is in.
  static var table: IndexRunTable { get }

  /// What the rows of a table are ordered by, no two of them having the same.
  var key: SHA256Digest { get }

  init(reading reader: inout ByteReader) throws(FormatError)

  /// Whether a run with so many packs may have the row.
  func isPossible(packs: Int) -> Bool
}

/// A block in a run of the block index (firn-store(5), "Index runs").
struct IndexBlockRow: IndexRow, Equatable {
  static let table = IndexRunTable.blocks
  static let byteCount = BlockRecord.byteCount + 16

  var record: BlockRecord
  /// The index of the pack in the run's pack table.
  var pack: UInt32
  var offset: UInt64
  /// The index of the block in the pack's trailer.
  var ordinal: UInt32

  var key: SHA256Digest { record.content }

  func isPossible(packs: Int) -> Bool { Int(pack) < packs }

  func append(to writer: inout ByteWriter) {
    record.append(to: &writer)
    writer.append(offset)
    writer.append(pack)
    writer.append(ordinal)
  }

  init(record: BlockRecord, pack: UInt32, offset: UInt64, ordinal: UInt32) {
    self.record = record
    self.pack = pack
    self.offset = offset
    self.ordinal = ordinal
  }

  init(reading reader: inout ByteReader) throws(FormatError) {
    record = try BlockRecord(reading: &reader)
    offset = try reader.integer(UInt64.self)
    pack = try reader.integer(UInt32.self)
    ordinal = try reader.integer(UInt32.self)
  }
}

/// A piece in a run of the block index (firn-store(5), "Index runs").
///
/// It names its block by content, so that it stays right when the block moves.
struct IndexPieceRow: IndexRow, Equatable {
  static let table = IndexRunTable.pieces
  static let byteCount = 2 * SHA256Digest.byteCount + 8

  var content: SHA256Digest
  var location: PieceLocation

  var key: SHA256Digest { content }

  func isPossible(packs: Int) -> Bool { true }

  func append(to writer: inout ByteWriter) {
    writer.append(content)
    writer.append(location.block)
    writer.append(location.offset)
    writer.append(location.length)
  }

  init(content: SHA256Digest, location: PieceLocation) {
    self.content = content
    self.location = location
  }

  init(reading reader: inout ByteReader) throws(FormatError) {
    content = try reader.digest()
    let block = try reader.digest()
    let offset = try reader.integer(UInt32.self)
    location = PieceLocation(block: block, offset: offset, length: try reader.integer(UInt32.self))
  }
}
