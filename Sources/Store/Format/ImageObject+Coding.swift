internal import Digests

extension ImageObject {
  static let magic = ByteWriter.magic("FIRNIMAG")

  private enum Section {
    static let parameters: UInt32 = 1
    static let head: UInt32 = 2
    static let tail: UInt32 = 3
    static let packs: UInt32 = 4
    static let blocks: UInt32 = 5
    static let fragments: UInt32 = 6
    static let extents: UInt32 = 7
    static let documents: UInt32 = 8
    static let layers: UInt32 = 9
    static let writer: UInt32 = 10
  }

  /// Where an object says who wrote it.
  static let writerSection = SectionKey(magic: magic, kind: Section.writer)
  /// Where an object names its layers.
  static let layersSection = SectionKey(magic: magic, kind: Section.layers)

  /// The bytes of the object's file; the same object always gives the same bytes.
  public func encoded() -> [UInt8] {
    var file = SectionFile(magic: Self.magic)
    var writer = ByteWriter()
    parameters.append(to: &writer)
    writer.append(dataEnd)
    file.append(Section.parameters, plain: writer.bytes)
    file.append(Section.head, plain: head)
    file.append(Section.tail, plain: tail)
    file.append(Section.packs, plain: Self.encode(packs.map(\.digest)))
    file.append(Section.blocks, plain: Self.encode(blocks))
    file.append(Section.fragments, compressing: FragmentTable.encode(fragments))
    file.append(Section.extents, compressing: encodedExtents())
    file.append(Section.documents, compressing: encodedDocuments())
    file.append(Section.layers, plain: Self.encode(layers.map(\.digest)))
    file.append(Section.writer, plain: self.writer.encoded)
    return file.encoded()
  }

  private static func encode(_ digests: [SHA256Digest]) -> [UInt8] {
    var writer = ByteWriter()
    for digest in digests { writer.append(digest) }
    return writer.bytes
  }

  /// The bytes of a block table.
  static func encode(_ blocks: [Block]) -> [UInt8] {
    var writer = ByteWriter()
    writer.reserve(blocks.count * Block.byteCount)
    for block in blocks {
      block.record.append(to: &writer)
      writer.append(block.pack)
      writer.append(block.offset)
      writer.append(block.ordinal)
    }
    return writer.bytes
  }

  private func encodedExtents() -> [UInt8] {
    var writer = ByteWriter()
    for extent in extents { writer.append(extent.word) }
    return writer.bytes
  }

  private func encodedDocuments() -> [UInt8] {
    var writer = ByteWriter()
    writer.append(UInt32(documents.count))
    for (name, bytes) in documents.sorted(by: { $0.key < $1.key }) {
      writer.append(counted: Array(name.utf8))
      writer.append(counted: bytes)
    }
    return writer.bytes
  }
}

extension ImageObject {
  /// Reads and validates an object; never traps, whatever the bytes.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    let file = try SectionFile(decoding: bytes, magic: Self.magic, known: 1...10)
    var reader = try file.reader(Section.parameters)
    let parameters = try StoreParameters(reading: &reader)
    let dataEnd = try reader.integer(UInt64.self)
    try reader.finish()
    var fragments = try file.reader(Section.fragments)
    self.init(
      parameters: parameters, head: try file.section(Section.head),
      tail: try file.section(Section.tail),
      packs: try Self.digests(try file.reader(Section.packs)).map { PackID($0) },
      blocks: try Self.blocks(try file.reader(Section.blocks)),
      fragments: try FragmentTable.decode(&fragments),
      extents: try Self.extents(try file.reader(Section.extents)),
      documents: try Self.documents(try file.reader(Section.documents)),
      layers: try Self.layers(try file.reader(Section.layers)))
    writer = try WriterToken(section: try file.reader(Section.writer))
    try validate()
    guard self.dataEnd == dataEnd else { throw .invalid("the extents do not add up") }
  }

  /// The layer keys of a section.
  static func layers(_ table: ByteReader) throws(FormatError) -> [LayerKey] {
    try digests(table).map { LayerKey($0) }
  }

  private static func digests(_ table: ByteReader) throws(FormatError) -> [SHA256Digest] {
    var reader = table
    return try reader.records(of: SHA256Digest.byteCount) { (reader) throws(FormatError) in
      try reader.digest()
    }
  }

  private static func blocks(_ table: ByteReader) throws(FormatError) -> [Block] {
    var reader = table
    return try reader.records(of: Block.byteCount) { (reader) throws(FormatError) in
      let record = try BlockRecord(reading: &reader)
      let pack = try reader.integer(UInt32.self)
      let offset = try reader.integer(UInt64.self)
      let ordinal = try reader.integer(UInt32.self)
      return Block(record: record, pack: pack, offset: offset, ordinal: ordinal)
    }
  }

  private static func extents(_ table: ByteReader) throws(FormatError) -> [Extent] {
    var reader = table
    return try reader.records(of: 4) { (reader) throws(FormatError) in
      Extent(word: try reader.integer(UInt32.self))
    }
  }

  private static func documents(_ table: ByteReader) throws(FormatError) -> [String: [UInt8]] {
    var reader = table
    var documents: [String: [UInt8]] = [:]
    for _ in 0..<(try reader.count(ofItemsOf: 8)) {
      guard let name = String(validating: try reader.counted(), as: UTF8.self) else {
        throw .invalid("a document's name is not UTF-8")
      }
      guard documents.updateValue(try reader.counted(), forKey: name) == nil else {
        throw .invalid("two documents have one name")
      }
    }
    try reader.finish()
    return documents
  }
}

extension ImageObject {
  /// The parts of a damaged object that it can be linked again from, if they are whole.
  static func ingredients(
    salvaging bytes: [UInt8]
  ) throws(FormatError) -> ImageIngredients {
    let file = try SectionFile(salvaging: bytes, magic: magic)
    return ImageIngredients(
      layers: try digests(try file.reader(Section.layers)).map { LayerKey($0) },
      documents: try documents(try file.reader(Section.documents)))
  }

  /// The sections that say where the blocks lie; they are neighbours in the file.
  static let blockSections = Section.packs...Section.blocks

  /// The block table of an object of which only these bytes were read.
  ///
  /// - Parameter start: Their offset in the object.
  static func blocks(
    in bytes: [UInt8], from start: UInt64, _ index: SectionIndex, objectSize: UInt64
  ) throws(FormatError) -> ImageBlocks {
    let packs = try digests(try index.section(Section.packs, in: bytes, from: start))
    var table = try index.section(Section.blocks, in: bytes, from: start)
    return try ImageBlocks(
      packs: packs.map { PackID($0) }, table: try table.bytes(table.remaining),
      objectSize: objectSize)
  }
}

extension ImageObject.Block {
  static let byteCount = BlockRecord.byteCount + 16
}
