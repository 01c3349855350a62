internal import Digests

extension PackTrailer {
  private static let magic = ByteWriter.magic("FIRNTRLR")
  /// The offset of the first block in a pack's file, behind its header.
  static let firstOffset: UInt64 = UInt64(TrailedFile.headerSize)
  private static let blockSize = BlockRecord.byteCount + 8
  private static let pieceSize = SHA256Digest.byteCount + 12

  private enum Section {
    static let parameters: UInt32 = 1
    static let blocks: UInt32 = 2
    static let pieces: UInt32 = 3
    static let writer: UInt32 = 4
  }

  /// Where a trailer says who wrote the pack.
  static let writerSection = SectionKey(magic: magic, kind: Section.writer)

  /// The offset where the blocks end and the trailer begins.
  public var dataEnd: UInt64 {
    blocks.last.map { $0.offset + UInt64($0.record.storedSize.byteCount) } ?? Self.firstOffset
  }

  /// The bytes of the trailer; their SHA-256 is the pack's id.
  public func encoded() -> [UInt8] {
    var file = SectionFile(magic: Self.magic)
    var writer = ByteWriter()
    parameters.append(to: &writer)
    file.append(Section.parameters, plain: writer.bytes)
    var table = ByteWriter()
    table.reserve(blocks.count * Self.blockSize)
    for block in blocks {
      block.record.append(to: &table)
      table.append(block.offset)
    }
    file.append(Section.blocks, plain: table.bytes)
    table.removeAll()
    for piece in pieces {
      table.append(piece.record.content)
      table.append(piece.block)
      table.append(piece.record.offset)
      table.append(piece.record.length)
    }
    file.append(Section.pieces, plain: table.bytes)
    file.append(Section.writer, plain: self.writer.encoded)
    return file.encoded()
  }

  /// Reads and validates a trailer; never traps, whatever the bytes.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    let file = try SectionFile(decoding: bytes, magic: Self.magic, known: 1...4)
    var reader = try file.reader(Section.parameters)
    let parameters = try StoreParameters(reading: &reader)
    try reader.finish()
    self.init(
      parameters: parameters, blocks: try Self.blocks(try file.reader(Section.blocks)),
      pieces: try Self.pieces(try file.reader(Section.pieces)),
      writer: try WriterToken(section: try file.reader(Section.writer)))
    try validate()
  }

  private static func blocks(_ table: ByteReader) throws(FormatError) -> [Block] {
    var reader = table
    return try reader.records(of: blockSize) { (reader) throws(FormatError) in
      let record = try BlockRecord(reading: &reader)
      return Block(record: record, offset: try reader.integer(UInt64.self))
    }
  }

  private static func pieces(_ table: ByteReader) throws(FormatError) -> [Piece] {
    var reader = table
    return try reader.records(of: pieceSize) { (reader) throws(FormatError) in
      let content = try reader.digest()
      let block = try reader.integer(UInt32.self)
      let offset = try reader.integer(UInt32.self)
      let record = PieceRecord(
        content: content, offset: offset, length: try reader.integer(UInt32.self))
      return Piece(record: record, block: block)
    }
  }

  private func validate() throws(FormatError) {
    var next = Self.firstOffset
    for block in blocks {
      try block.record.validate(blockSize: parameters.blockSize)
      guard block.offset == next else { throw .invalid("the blocks do not lie side by side") }
      next += UInt64(block.record.storedSize.byteCount)
    }
    for piece in pieces {
      guard Int(piece.block) < blocks.count, piece.record.length > 0,
        UInt64(piece.record.offset) + UInt64(piece.record.length)
          <= UInt64(blocks[Int(piece.block)].record.size)
      else { throw .invalid("a piece lies outside its block") }
    }
  }
}
