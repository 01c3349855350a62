import Compression
import Digests
import FileTree
import Testing

@testable import Store

@Suite("A stored size")
struct StoredSizeTests {
  @Test(
    "is the word that SquashFS writes",
    arguments: [
      (UInt32(1), true, UInt32(1)), (4096, false, 0x100_1000), (0xff_ffff, true, 0xff_ffff),
    ])
  func word(_ count: UInt32, _ isCompressed: Bool, _ word: UInt32) {
    let size = StoredSize(byteCount: count, isCompressed: isCompressed)
    #expect(size.rawValue == word)
    #expect(size.byteCount == count)
    #expect(size.isCompressed == isCompressed)
    #expect(StoredSize(rawValue: word) == size)
  }

  @Test(
    "is impossible where no compressor would give it",
    arguments: [
      (UInt32(0), UInt32(10)), (10, 10), (11, 10), (0x100_0009, 10), (0x100_0000, 0), (0, 0),
      (0x200_0001, 10), (0x8000_0001, 10),
    ])
  func impossible(_ word: UInt32, _ size: UInt32) {
    #expect(!StoredSize(rawValue: word).isPossible(forContent: size))
  }

  @Test("is possible where it is", arguments: [(UInt32(1), UInt32(2)), (0x100_000a, 10)])
  func possible(_ word: UInt32, _ size: UInt32) {
    #expect(StoredSize(rawValue: word).isPossible(forContent: size))
  }
}

@Suite("Small records")
struct RecordTests {
  private func reader(_ body: (inout ByteWriter) -> Void) -> (ByteReader, count: Int) {
    var writer = ByteWriter()
    body(&writer)
    return (ByteReader(writer.bytes), writer.bytes.count)
  }

  @Test("a block record has 56 bytes and comes back")
  func blockRecord() throws {
    let block = try PreparedBlock(Sample.content(1, count: 4096), testParameters).record
    var (reader, count) = reader { block.append(to: &$0) }
    #expect(count == 56)
    #expect(try BlockRecord(reading: &reader) == block)
    #expect(throws: FormatError.truncated) { try BlockRecord(reading: &reader) }
  }

  @Test("a block record is possible only within the store's block size")
  func blockSize() throws {
    let block = try PreparedBlock(Sample.content(1, count: 4096), testParameters).record
    try block.validate(blockSize: 4096)
    #expect(throws: FormatError.self) { try block.validate(blockSize: 4095) }
  }

  @Test("parameters have 12 bytes and come back", arguments: Compressor.allCases)
  func parameters(_ compressor: Compressor) throws {
    let parameters = StoreParameters(blockSize: 8192, compressor: compressor, level: -3)
    var (reader, count) = reader { parameters.append(to: &$0) }
    #expect(count == 12)
    #expect(try StoreParameters(reading: &reader) == parameters)
  }

  @Test("parameters of an unknown compressor are refused", arguments: [UInt32(0), 7, 65_542])
  func unknownCompressor(_ number: UInt32) {
    var (reader, _) = reader {
      $0.append(UInt32(4096))
      $0.append(number)
      $0.append(UInt32(0))
    }
    #expect(throws: FormatError.self) { try StoreParameters(reading: &reader) }
  }

  @Test("rows of the block index have 72 bytes and come back")
  func indexRows() throws {
    let block = try PreparedBlock(Sample.content(1, count: 99), testParameters).record
    let row = IndexBlockRow(record: block, pack: 3, offset: 1 << 40, ordinal: 7)
    var (reader1, count1) = reader { row.append(to: &$0) }
    #expect(count1 == 72)
    #expect(try IndexBlockRow(reading: &reader1) == row)
    let piece = IndexPieceRow(
      content: testDigest(1),
      location: PieceLocation(block: testDigest(2), offset: 5, length: 6))
    var (reader2, count2) = reader { piece.append(to: &$0) }
    #expect(count2 == 72)
    #expect(try IndexPieceRow(reading: &reader2) == piece)
  }

  @Test("an extent is an index and one bit", arguments: [UInt32(0), 1, 0x7fff_ffff])
  func extents(_ index: UInt32) {
    #expect(Extent.block(index).word == index)
    #expect(Extent.fragment(index).word == index | 0x8000_0000)
    #expect(Extent(word: index) == .block(index))
    #expect(Extent(word: index | 0x8000_0000) == .fragment(index))
  }

  @Test("a fragment block is a stored block only where it is exactly one")
  func wholeBlock() throws {
    let block = try PreparedBlock(Sample.content(1, count: 99), testParameters).record
    let piece = Piece(block: 0, offset: 0, length: 99)
    let whole = FragmentBlock(
      size: 99, storedSize: block.storedSize, checksum: block.checksum, pieces: [piece])
    #expect(whole.wholeBlock(in: [block]) == 0)
    #expect(whole.wholeBlock(in: []) == nil)
    var other = whole
    other.pieces[0].offset = 1
    #expect(other.wholeBlock(in: [block]) == nil)
    other = whole
    other.size = 98
    #expect(other.wholeBlock(in: [block]) == nil)
    other = whole
    other.storedSize = StoredSize(byteCount: 50, isCompressed: true)
    #expect(other.wholeBlock(in: [block]) == nil)
    other = whole
    other.pieces.append(piece)
    #expect(other.wholeBlock(in: [block]) == nil)
  }

  @Test("magics are ASCII in the order in which they are read")
  func magics() {
    var writer = ByteWriter()
    writer.append(ByteWriter.magic("FIRNPACK"))
    #expect(writer.bytes == Array("FIRNPACK".utf8))
  }

  @Test("a path of the store is shown as it is found")
  func paths() {
    #expect(StorePath.description.description == "firn.json")
    #expect(StorePath.generation(12).description == "generations/12")
    #expect(StoreArea.subdirectories.count == 10)
  }
}

@Suite("A reader of bytes")
struct ByteReaderTests {
  @Test("throws instead of reading past the end")
  func end() throws {
    var reader = ByteReader([1, 2, 3])
    #expect(throws: FormatError.truncated) { try reader.integer(UInt32.self) }
    #expect(throws: FormatError.truncated) { try reader.bytes(-1) }
    #expect(throws: FormatError.truncated) { try reader.digest() }
    #expect(throws: FormatError.truncated) { try reader.checksum() }
    #expect(try reader.integer(UInt16.self) == 0x0201)
    #expect(try reader.bytes(1) == [3])
    #expect(throws: FormatError.truncated) { try reader.integer(UInt8.self) }
    try reader.finish()
  }

  @Test("believes no count that the bytes cannot hold")
  func counts() throws {
    var huge = ByteReader([0xff, 0xff, 0xff, 0xff, 1, 2])
    #expect(throws: FormatError.truncated) { try huge.counted() }
    var items = ByteReader([3, 0, 0, 0] + [UInt8](repeating: 0, count: 11))
    #expect(throws: FormatError.truncated) { try items.count(ofItemsOf: 4) }
    var fine = ByteReader([3, 0, 0, 0] + [UInt8](repeating: 0, count: 12))
    #expect(try fine.count(ofItemsOf: 4) == 3)
  }

  @Test("wants tables of whole records, and sections that end with their records")
  func tables() {
    #expect(throws: FormatError.self) { try ByteReader([1, 2, 3]).itemCount(of: 2) }
    #expect(throws: FormatError.self) { try ByteReader([1]).finish() }
  }
}

@Suite("A trailed file")
struct TrailedFileTests {
  @Test("has a footer that says where the trailer is")
  func footer() throws {
    let bytes = TrailedFile.footer(trailer: [1, 2, 3], at: 100)
    #expect(bytes.count == TrailedFile.footerSize)
    let footer = try TrailedFile.decodeFooter(bytes, fileSize: 100 + 3 + 64)
    let trailer: [UInt8] = [1, 2, 3]
    let digest = SHA256Digest.of(trailer.span.bytes)
    #expect(
      footer
        == TrailedFile.Footer(trailerOffset: 100, trailerSize: 3, trailerDigest: digest))
  }

  @Test(
    "is refused when the trailer would lie anywhere else",
    arguments: [UInt64(0), 79, 80, 166, 168, .max])
  func place(_ fileSize: UInt64) {
    let bytes = TrailedFile.footer(trailer: [1, 2, 3], at: 100)
    #expect(throws: FormatError.self) {
      try TrailedFile.decodeFooter(bytes, fileSize: fileSize)
    }
  }

  @Test("is refused with another header")
  func header() throws {
    let good = TrailedFile.header(magic: 5)
    try TrailedFile.checkHeader(good + [9], magic: 5)
    #expect(throws: FormatError.wrongMagic) { try TrailedFile.checkHeader(good, magic: 6) }
    #expect(throws: FormatError.truncated) {
      try TrailedFile.checkHeader(Array(good.dropLast()), magic: 5)
    }
    var later = good
    later[8] = 2
    #expect(throws: FormatError.unknownVersion(2)) {
      try TrailedFile.checkHeader(later, magic: 5)
    }
  }
}
