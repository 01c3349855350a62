internal import Store

/// Pages of files: a bit for each, in words of 64 for each file.
struct PageSet {
  private var words: [UInt32: [UInt64]] = [:]
  /// How many pages it has.
  private(set) var count = 0

  init() {}

  /// Adds the pages of a run, and returns those that are new, in order.
  mutating func add(_ run: PageRun) -> [PageRun] {
    var new: [PageRun] = []
    var own = words[run.inode] ?? []
    words[run.inode] = nil
    let last = Int(run.pages.upperBound - 1)
    if own.count <= last / 64 {
      own.append(contentsOf: repeatElement(0, count: last / 64 + 1 - own.count))
    }
    for page in Int(run.first)...last where own[page / 64] & 1 << UInt64(page % 64) == 0 {
      own[page / 64] |= 1 << UInt64(page % 64)
      count += 1
      if let end = new.last?.pages.upperBound, end == UInt64(page) {
        new[new.count - 1].count += 1
      } else {
        new.append(PageRun(inode: run.inode, first: UInt32(page), count: 1))
      }
    }
    words[run.inode] = own
    return new
  }

  /// Whether all pages of a run are in it.
  func contains(_ run: PageRun) -> Bool {
    guard let own = words[run.inode] else { return false }
    return run.pages.allSatisfy { page in
      page / 64 < UInt64(own.count) && own[Int(page / 64)] & 1 << (page % 64) != 0
    }
  }
}
