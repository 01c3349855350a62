internal import Digests
internal import FileTree
internal import SquashFS
internal import Store

/// Lays out the data area of a root blob: which block follows which.
///
/// Files in the order in which they are placed, each with its whole blocks in one run and then,
/// when it is the first to need it, its fragment block. A run of blocks that is there already is
/// used again.
struct DataArea {
  private struct FragmentKey: Hashable {
    let checksum: Checksum
    let storedSize: UInt32
    let size: UInt32
  }

  private let records: [BlockRecord]
  private let fragments: [FragmentBlock]
  private var table = BlockTable()
  private var end: UInt64
  private let start: UInt64
  private var files: FileTree.NodeTable<LinkedFile>
  private var runs: [[UInt32]: UInt64] = [:]
  private var linkedFragments: [LinkedFragment] = []
  private var fragmentIndices: [FragmentKey: UInt32] = [:]

  /// The blocks in the area in order.
  private(set) var extents: [Extent] = []
  /// The fragment blocks, by their index in the volume, with indices into ``blocks``.
  private(set) var placedFragments: [FragmentBlock] = []
  /// The bytes of all files placed.
  private(set) var contentSize: UInt64 = 0

  /// Begins an empty area for the files of a tree.
  ///
  /// - Parameters:
  ///   - start: Its offset in the root blob.
  ///   - records: What contents' block indices, and fragments' pieces, mean.
  ///   - fragments: What contents' fragment indices mean.
  init(
    for tree: borrowing FileTree, start: UInt64, records: [BlockRecord],
    fragments: [FragmentBlock]
  ) {
    files = FileTree.NodeTable(for: tree)
    self.start = start
    self.records = records
    self.fragments = fragments
    end = start
  }

  /// The distinct blocks of the image.
  var blocks: [BlockRecord] { table.blocks }

  /// Where everything lies, for the metadata.
  var layout: BlobLayout {
    BlobLayout(dataSize: end - start, files: files, fragments: linkedFragments)
  }

  /// Places the content of a file; one that has been placed stays where it is.
  mutating func place(_ content: FileContent, of node: FileTree.NodeID) {
    guard files[node] == nil else { return }
    contentSize += content.size
    let run = content.blocks.filter { $0 != FileContent.hole }
      .map { table.index(of: records[Int($0)]) }
    let words = content.blocks.map {
      $0 == FileContent.hole
        ? SizeWord.hole : SizeWord(rawValue: records[Int($0)].storedSize.rawValue)
    }
    let first = place(run)
    let tail = content.tail.map { tail in
      TailPosition(fragment: place(fragment: Int(tail.fragment)), offset: tail.offset)
    }
    files[node] = LinkedFile(start: first, blocks: words, tail: tail)
  }

  private mutating func place(_ run: [UInt32]) -> UInt64 {
    guard !run.isEmpty else { return 0 }
    if let known = runs[run] { return known }
    let first = end
    runs[run] = first
    for index in run {
      extents.append(.block(index))
      end += UInt64(table.blocks[Int(index)].storedSize.byteCount)
    }
    return first
  }

  private mutating func place(fragment number: Int) -> UInt32 {
    let fragment = fragments[number]
    let key = FragmentKey(
      checksum: fragment.checksum, storedSize: fragment.storedSize.rawValue, size: fragment.size)
    if let known = fragmentIndices[key] { return known }
    let index = UInt32(placedFragments.count)
    fragmentIndices[key] = index
    var placed = fragment
    placed.pieces = fragment.pieces.map {
      Piece(block: table.index(of: records[Int($0.block)]), offset: $0.offset, length: $0.length)
    }
    placedFragments.append(placed)
    linkedFragments.append(
      LinkedFragment(start: end, word: SizeWord(rawValue: fragment.storedSize.rawValue)))
    extents.append(.fragment(index))
    end += UInt64(fragment.storedSize.byteCount)
    return index
  }
}
