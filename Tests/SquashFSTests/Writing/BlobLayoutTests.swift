import Compression
import FileTree
import SquashFS
import Testing

@Suite("Layouts of a blob")
struct BlobLayoutTests {
  /// One file of 10,000 bytes in blocks of 4 KiB, in a data area of 20,000 bytes.
  static let size: UInt64 = 10_000
  static let parameters = Result { () throws(SquashFSError) in
    try VolumeParameters(blockSize: 4096, compressor: .gzip, level: 9)
  }
  static let block = SizeWord(storedSize: 4096, isCompressed: false)
  static let file = LinkedFile(
    start: 96, blocks: [block, block], tail: TailPosition(fragment: 0, offset: 2288))
  static let fragment = LinkedFragment(start: 96 + 19_000, word: SizeWord(rawValue: 1000))

  private func write(_ file: LinkedFile, _ fragments: [LinkedFragment]) throws -> Metadata {
    var tree = FileTree()
    let id = tree.add(
      "file", to: tree.root, attributes: Attributes(mode: 0o644),
      kind: .regular(FileContent(size: Self.size)))
    return try MetadataWriter.write(
      tree: tree, layout: BlobLayout(dataSize: 20_000, files: [id: file], fragments: fragments),
      parameters: Self.parameters.get())
  }

  @Test("the layout that the others break is fine")
  func fine() throws {
    let metadata = try write(Self.file, [Self.fragment])
    #expect((metadata.head.count + 20_000 + metadata.tail.count).isMultiple(of: 4096))
    // The last byte of the data area may be used.
    var atEnd = Self.file
    atEnd.start = 96 + 20_000 - 8192
    _ = try write(atEnd, [Self.fragment])
  }

  /// Each changes one thing of the fine file.
  static let brokenFiles: [LinkedFile] = [
    LinkedFile(start: 96, blocks: [block], tail: file.tail),
    LinkedFile(start: 96, blocks: [block, block, block], tail: file.tail),
    LinkedFile(start: 96, blocks: [block, block], tail: nil),
    LinkedFile(start: 96, blocks: [block, block], tail: TailPosition(fragment: 1, offset: 0)),
    LinkedFile(start: 96, blocks: [block, block], tail: TailPosition(fragment: 0, offset: 2289)),
    LinkedFile(start: 96, blocks: [block, block], tail: TailPosition(fragment: 0, offset: .max)),
    LinkedFile(start: 95, blocks: file.blocks, tail: file.tail),
    LinkedFile(start: 96 + 20_000 - 8191, blocks: file.blocks, tail: file.tail),
    LinkedFile(start: .max, blocks: file.blocks, tail: file.tail),
    LinkedFile(start: 96, blocks: [block, SizeWord(rawValue: 4097)], tail: file.tail),
    LinkedFile(start: 96, blocks: [block, SizeWord(rawValue: 1 << 24)], tail: file.tail),
    LinkedFile(start: 96, blocks: [block, SizeWord(rawValue: 1 << 25 | 5)], tail: file.tail),
  ]

  @Test("a file whose place contradicts itself is refused", arguments: brokenFiles)
  func brokenFile(_ file: LinkedFile) {
    expectRefusal { try write(file, [Self.fragment]) }
  }

  @Test(
    "a fragment block that is not in the data area is refused",
    arguments: [
      LinkedFragment(start: 95, word: SizeWord(rawValue: 1000)),
      LinkedFragment(start: 96 + 19_001, word: SizeWord(rawValue: 1000)),
      LinkedFragment(start: .max, word: SizeWord(rawValue: 1000)),
      LinkedFragment(start: 96, word: .hole),
      LinkedFragment(start: 96, word: SizeWord(rawValue: 4097)),
    ])
  func brokenFragment(_ fragment: LinkedFragment) {
    expectRefusal { try write(Self.file, [fragment]) }
  }

  @Test("a file with content but without a place is refused")
  func missing() {
    expectRefusal { try write(LinkedFile(), []) }
  }

  @Test("a data area that no offset can span is refused", arguments: [UInt64.max, 1 << 63])
  func hugeDataArea(_ size: UInt64) throws {
    let error = #expect(throws: SquashFSError.self) {
      try MetadataWriter.write(
        tree: FileTree(), layout: BlobLayout(dataSize: size), parameters: Self.parameters.get())
    }
    guard case .notRepresentable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  private func expectRefusal(_ body: () throws -> Metadata) {
    let error = #expect(throws: SquashFSError.self) { try body() }
    guard case .writingFailed = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
