internal import Store

/// Pages of files in the order in which they will be read, as many as are worth it.
struct PageList {
  /// How many pages it takes: 64 MiB.
  static let mostPages: UInt64 = 1 << 14
  /// Which page of a file is the last that is taken: that which ends at 4 GiB.
  private static let lastPage: UInt64 = (1 << 20) - 1

  /// The pages, some of them more than once.
  private(set) var runs: [PageRun] = []
  private var room = PageList.mostPages

  /// Adds the pages that hold bytes of a file.
  mutating func add(_ file: ImageRoot.File, _ bytes: Range<UInt64>) {
    let end = min(bytes.upperBound, file.content.size)
    guard bytes.lowerBound < end else { return }
    let size = UInt64(PageRun.pageSize)
    let first = bytes.lowerBound / size
    let last = min((end - 1) / size, Self.lastPage)
    guard first <= last, room > 0 else { return }
    let count = min(last - first + 1, room)
    room -= count
    runs.append(PageRun(inode: file.inode, first: UInt32(first), count: UInt32(count)))
  }

  /// Adds a file, or as much of its beginning as the limit says.
  mutating func add(_ file: ImageRoot.File, atMost limit: UInt64) { add(file, 0..<limit) }
}
