internal import FileTree

/// The rules that a layout must keep so that what is written can be read.
///
/// Whoever breaks one has a mistake in its own computation: the errors are `writingFailed`.
struct LayoutRules {
  let blockSize: UInt64
  let dataArea: Range<UInt64>
  let fragmentCount: Int

  init(_ layout: borrowing BlobLayout, _ parameters: VolumeParameters) throws(SquashFSError) {
    let start = parameters.dataStart
    let (end, overflow) = start.addingReportingOverflow(layout.dataSize)
    // Offsets in the kernel are signed, and tables follow.
    guard !overflow, end <= UInt64(Int64.max) - 1 << 40 else {
      throw .notRepresentable("a data area of \(layout.dataSize) bytes")
    }
    blockSize = UInt64(parameters.blockSize)
    dataArea = start..<end
    fragmentCount = layout.fragments.count
  }

  /// Checks that a fragment block is a block of the data area.
  func check(_ fragment: LinkedFragment) throws(SquashFSError) {
    try check(fragment.word)
    guard !fragment.word.isHole else { throw Self.broken("a fragment block is empty") }
    try check(start: fragment.start, count: UInt64(fragment.word.storedSize))
  }

  /// Checks that the blocks and the tail end of a file give its size and lie in the data area.
  func check(_ file: LinkedFile, size: UInt64) throws(SquashFSError) {
    let (whole, rest) = size.quotientAndRemainder(dividingBy: blockSize)
    guard UInt64(file.blocks.count) == whole + (file.tail == nil && rest > 0 ? 1 : 0) else {
      throw Self.broken("\(file.blocks.count) blocks for a file of \(size) bytes")
    }
    if let tail = file.tail {
      guard rest > 0 else { throw Self.broken("a tail end of no bytes") }
      guard tail.fragment < fragmentCount, UInt64(tail.offset) + rest <= blockSize else {
        throw Self.broken("a tail end outside of its fragment block")
      }
    }
    var stored: UInt64 = 0
    for word in file.blocks {
      try check(word)
      stored += UInt64(word.storedSize)
    }
    if stored > 0 { try check(start: file.start, count: stored) }
  }

  private func check(_ word: SizeWord) throws(SquashFSError) {
    guard word.isValid, word.isHole || (1...blockSize).contains(UInt64(word.storedSize)) else {
      throw Self.broken("the size word \(word.rawValue)")
    }
  }

  private func check(start: UInt64, count: UInt64) throws(SquashFSError) {
    let (end, overflow) = start.addingReportingOverflow(count)
    guard start >= dataArea.lowerBound, !overflow, end <= dataArea.upperBound else {
      throw Self.broken("\(count) bytes at \(start), outside of the data area \(dataArea)")
    }
  }

  private static func broken(_ cause: String) -> SquashFSError {
    .writingFailed(step: "the layout of the blob is not possible", cause: cause)
  }
}

extension LinkedFile {
  /// How many of a file's bytes are holes.
  func holeSize(of size: UInt64, blockSize: UInt64) -> UInt64 {
    var bytes: UInt64 = 0
    for word in blocks where word.isHole { bytes += blockSize }
    let rest = size % blockSize
    if tail == nil, rest > 0, let last = blocks.last, last.isHole { bytes -= blockSize - rest }
    return bytes
  }

  /// Whether any block is stored.
  var storesBlocks: Bool { blocks.contains { !$0.isHole } }
}
