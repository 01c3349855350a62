/// Where each block of a large file is stored, without adding up all sizes before it.
///
/// The format stores sizes only, so that the address of a block is a sum over the list. For every
/// file with more than ``stride`` blocks, the sum before each `stride`th block is kept: 8 bytes for
/// 128 blocks. The address of any block is then a binary search for the file and at most `stride`
/// additions.
struct BlockOffsets: Sendable {
  /// How many blocks a sum stands for.
  static let stride = 128

  /// A file and where its sums start.
  private struct File {
    let words: Int
    let firstSum: Int
  }

  private var files: [File] = []
  private var sums: [UInt64] = []

  /// Starts the sums of one more large file, known by the place of its size words.
  mutating func begin(_ file: Inode.File) {
    files.append(File(words: file.words, firstSum: sums.count))
  }

  /// Adds the next sum of the file begun last.
  mutating func append(_ sum: UInt64) { sums.append(sum) }

  /// Puts the files in order once all are there.
  mutating func finish() { files.sort { $0.words < $1.words } }

  /// The sum before the last multiple of ``stride`` at or before a block, and that multiple.
  func start(before block: Int, of file: Inode.File) -> (block: Int, sum: UInt64) {
    guard block >= Self.stride else { return (0, 0) }
    var (low, high) = (0, files.count)
    while low < high {
      let middle = (low + high) / 2
      if files[middle].words < file.words { low = middle + 1 } else { high = middle }
    }
    guard low < files.count, files[low].words == file.words else { return (0, 0) }
    let group = block / Self.stride
    return (group * Self.stride, sums[files[low].firstSum + group])
  }
}
