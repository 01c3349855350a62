internal import FileTree

/// Where the tables of a layer begin in those of the image.
struct IndexOffset {
  var block: UInt32
  var fragment: UInt32

  /// The content with indices that point into the image's tables; holes stay holes.
  func applied(to content: FileContent) throws(FlatteningError) -> FileContent {
    var moved = content
    if block != 0 {
      for place in moved.blocks.indices where moved.blocks[place] != FileContent.hole {
        moved.blocks[place] = try sum(moved.blocks[place], block)
      }
    }
    if let tail = content.tail { moved.tail?.fragment = try sum(tail.fragment, fragment) }
    return moved
  }

  private func sum(_ index: UInt32, _ offset: UInt32) throws(FlatteningError) -> UInt32 {
    let (sum, overflow) = index.addingReportingOverflow(offset)
    guard !overflow, sum != FileContent.hole else { throw .tooManyBlocks }
    return sum
  }
}
