import Digests
import FileTree
import ImageSamples
import SquashFS
import Store
import Testing

@testable import ImageImport

@Suite("The data area of a root blob")
struct DataAreaTests {
  private let records: [BlockRecord] = (0..<6).map { number in
    let stored = [UInt8](repeating: UInt8(number), count: 100 + number)
    return BlockRecord(
      content: .of([UInt8]([UInt8(number)]).span.bytes), size: 4096, stored: stored.span.bytes,
      isCompressed: true)
  }

  private func fragment(_ number: UInt8, block: UInt32) -> FragmentBlock {
    FragmentBlock(
      size: 4000, storedSize: StoredSize(byteCount: 500, isCompressed: true),
      checksum: .of([UInt8]([number]).span.bytes),
      pieces: [Piece(block: block, offset: 0, length: 4000)])
  }

  /// As many inodes as a test needs.
  private func nodes(_ count: Int) -> [FileTree.NodeID] {
    var tree = FileTree()
    return (0..<count).map { index in
      tree.add(
        ByteString("f\(index)"), to: tree.root, attributes: Attributes(mode: 0o644), kind: .fifo)
    }
  }

  private func area(_ fragments: [FragmentBlock] = []) -> DataArea {
    DataArea(for: FileTree(), start: 96, records: records, fragments: fragments)
  }

  private func content(_ blocks: [UInt32], tail: TailPosition? = nil) -> FileContent {
    FileContent(
      size: UInt64(blocks.count) * 4096 + (tail == nil ? 0 : 10), blocks: blocks, tail: tail)
  }

  @Test("has files one behind the other, each in one run")
  func runs() throws {
    let node = nodes(2)
    var area = area()
    area.place(content([0, 1]), of: node[0])
    area.place(content([2, 3, 4]), of: node[1])
    #expect(area.layout.files[node[0]]?.start == 96)
    #expect(area.layout.files[node[1]]?.start == 96 + 100 + 101)
    #expect(area.layout.dataSize == 100 + 101 + 102 + 103 + 104)
    #expect(area.extents == (0..<5).map { .block($0) })
    #expect(area.contentSize == 5 * 4096)
    #expect(area.layout.files[node[0]]?.blocks.map(\.storedSize) == [100, 101])
  }

  @Test("has a run once that several files have, but not a part of one")
  func shared() throws {
    let node = nodes(4)
    var area = area()
    area.place(content([0, 1, 2]), of: node[0])
    area.place(content([0, 1, 2]), of: node[1])
    area.place(content([1, 2]), of: node[2])
    area.place(content([0, FileContent.hole, 1, 2]), of: node[3])
    #expect(area.layout.files[node[0]]?.start == area.layout.files[node[1]]?.start)
    #expect(area.extents.count == 5)
    #expect(area.blocks.count == 3, "a block twice in the area is one block of the image")
    let holes = try #require(area.layout.files[node[3]])
    #expect(holes.start == 96, "holes are not in the area")
    #expect(holes.blocks.map(\.isHole) == [false, true, false, false])
  }

  @Test("has nothing for files without stored blocks")
  func empty() {
    let node = nodes(2)
    var area = area()
    area.place(content([]), of: node[0])
    area.place(content([FileContent.hole, FileContent.hole]), of: node[1])
    #expect(area.extents.isEmpty)
    #expect(area.layout.dataSize == 0)
    #expect(area.layout.files.count == 2)
  }

  @Test("has a fragment block behind the first file that needs it, once")
  func fragments() throws {
    let node = nodes(4)
    var area = area([fragment(7, block: 0), fragment(8, block: 1), fragment(7, block: 2)])
    area.place(content([3], tail: TailPosition(fragment: 1, offset: 50)), of: node[0])
    area.place(content([4], tail: TailPosition(fragment: 1, offset: 60)), of: node[1])
    area.place(content([], tail: TailPosition(fragment: 0, offset: 0)), of: node[2])
    area.place(content([], tail: TailPosition(fragment: 2, offset: 9)), of: node[3])
    #expect(area.extents == [.block(0), .fragment(0), .block(2), .fragment(1)])
    #expect(area.placedFragments.count == 2, "equal canonical blocks are one, wherever stored")
    #expect(area.layout.fragments.map(\.start) == [199, 803])
    #expect(area.layout.files[node[0]]?.tail == TailPosition(fragment: 0, offset: 50))
    #expect(area.layout.files[node[3]]?.tail == TailPosition(fragment: 1, offset: 9))
    let pieces = area.placedFragments.flatMap(\.pieces)
    #expect(pieces.map { area.blocks[Int($0.block)] } == [records[1], records[0]])
  }

  @Test("places a file once, however many names it has")
  func once() {
    let node = nodes(1)
    var area = area()
    area.place(content([0]), of: node[0])
    area.place(content([0]), of: node[0])
    #expect(area.contentSize == 4096)
    #expect(area.extents.count == 1)
  }
}
