internal import Digests
internal import FileTree

extension LayerRecipe {
  private static let magic = ByteWriter.magic("FIRNLAYR")

  private enum Section {
    static let parameters: UInt32 = 1
    static let diffID: UInt32 = 2
    static let entries: UInt32 = 3
    static let blocks: UInt32 = 4
    static let fragments: UInt32 = 5
  }

  /// The bytes of the recipe's file; the same recipe always gives the same bytes.
  public func encoded() -> [UInt8] {
    var file = SectionFile(magic: Self.magic)
    var writer = ByteWriter()
    parameters.append(to: &writer)
    file.append(Section.parameters, plain: writer.bytes)
    file.append(Section.diffID, plain: Array(diffID.description.utf8))
    file.append(Section.entries, compressing: EntryTable.encode(entries))
    var table = ByteWriter()
    table.reserve(blocks.count * BlockRecord.byteCount)
    for block in blocks { block.append(to: &table) }
    file.append(Section.blocks, plain: table.bytes)
    file.append(Section.fragments, compressing: FragmentTable.encode(fragments))
    return file.encoded()
  }

  /// Reads and validates a recipe; never traps, whatever the bytes.
  public init(decoding bytes: [UInt8]) throws(FormatError) {
    let file = try SectionFile(decoding: bytes, magic: Self.magic, known: 1...5)
    var reader = try file.reader(Section.parameters)
    let parameters = try StoreParameters(reading: &reader)
    try reader.finish()
    let text = String(decoding: try file.section(Section.diffID), as: UTF8.self)
    guard let diffID = try? Digest(validating: text) else {
      throw .invalid("its diff ID is not a digest")
    }
    var entries = try file.reader(Section.entries)
    var fragments = try file.reader(Section.fragments)
    self.init(
      diffID: diffID, parameters: parameters, entries: try EntryTable.decode(&entries),
      blocks: try Self.blocks(try file.reader(Section.blocks)),
      fragments: try FragmentTable.decode(&fragments))
    try validate()
  }

  private static func blocks(_ table: ByteReader) throws(FormatError) -> [BlockRecord] {
    var reader = table
    return try reader.records(of: BlockRecord.byteCount) { (reader) throws(FormatError) in
      try BlockRecord(reading: &reader)
    }
  }
}
