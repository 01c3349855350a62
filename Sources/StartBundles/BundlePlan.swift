internal import Store

/// Which pages go into which frame of a bundle: in the order in which they are needed, but within a
/// frame each file's pages together and in order.
struct BundlePlan {
  /// How many bytes of content a frame has at most: about a MiB when compressed, and little enough
  /// that somebody who waits for one page of it does not wait for long.
  static let frameSize = 2 << 20

  /// The frames, each with its pages.
  private(set) var frames: [[PageRun]] = []

  /// Divides the pages of a trace.
  ///
  /// - Parameter size: The size of a file in bytes; nil for what is none, whose pages are left out.
  init(_ trace: AccessTrace, size: (UInt32) -> UInt64?) {
    var current: [PageRun] = []
    var room = UInt32(Self.frameSize / PageRun.pageSize)
    let full = room
    for run in trace.runs {
      guard var left = Self.clipped(run, to: size(run.inode)) else { continue }
      while true {
        let part = PageRun(inode: left.inode, first: left.first, count: min(left.count, room))
        current.append(part)
        room -= part.count
        if room == 0 {
          frames.append(Self.ordered(current))
          (current, room) = ([], full)
        }
        guard part.count < left.count else { break }
        left.first += part.count
        left.count -= part.count
      }
    }
    if !current.isEmpty { frames.append(Self.ordered(current)) }
  }

  /// The pages of a run that a file has.
  private static func clipped(_ run: PageRun, to size: UInt64?) -> PageRun? {
    guard let size, size > 0 else { return nil }
    let pages = (size - 1) / UInt64(PageRun.pageSize) + 1
    guard run.pages.lowerBound < pages else { return nil }
    let end = min(run.pages.upperBound, pages)
    return PageRun(
      inode: run.inode, first: run.first, count: UInt32(end - run.pages.lowerBound))
  }

  private static func ordered(_ runs: [PageRun]) -> [PageRun] {
    var turns: [UInt32: Int] = [:]
    for run in runs where turns[run.inode] == nil { turns[run.inode] = turns.count }
    let sorted = runs.sorted {
      (turns[$0.inode] ?? 0, $0.first) < (turns[$1.inode] ?? 0, $1.first)
    }
    return sorted.reduce(into: []) { joined, run in
      if let last = joined.last, last.inode == run.inode,
        last.pages.upperBound == run.pages.lowerBound
      {
        joined[joined.count - 1].count += run.count
      } else {
        joined.append(run)
      }
    }
  }
}
