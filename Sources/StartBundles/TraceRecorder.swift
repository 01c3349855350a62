public import Store
internal import Synchronization

/// Remembers which pages of an image's files are read, in order, until it is ended.
///
/// Cheap enough for every read of a mount: a lock for the time of one comparison and twelve bytes.
/// Thread-safe.
public final class TraceRecorder: Sendable {
  private struct State {
    var runs: [PageRun] = []
    var isOver = false
  }

  private let limit: Int
  private let state = Mutex(State())

  /// Makes a recorder.
  ///
  /// - Parameter limit: How many runs of pages are remembered; what is read later is not.
  public init(limit: Int) { self.limit = limit }

  /// Notes that bytes of a file are read.
  public func note(_ inode: UInt32, _ bytes: Range<UInt64>) {
    let size = UInt64(PageRun.pageSize)
    guard !bytes.isEmpty, let first = UInt32(exactly: bytes.lowerBound / size),
      let last = UInt32(exactly: (bytes.upperBound - 1) / size), last < .max
    else { return }
    state.withLock { state in
      guard !state.isOver, state.runs.count < limit else { return }
      if var run = state.runs.last, run.inode == inode, run.pages.upperBound == UInt64(first) {
        run.count += last - first + 1
        state.runs[state.runs.count - 1] = run
      } else {
        state.runs.append(PageRun(inode: inode, first: first, count: last - first + 1))
      }
    }
  }

  /// What was noted so far: pages as often as they were read.
  public var runs: [PageRun] { state.withLock { $0.runs } }

  /// Notes nothing more, and gives up what was noted.
  public func end() -> [PageRun] {
    state.withLock { state in
      state.isOver = true
      defer { state.runs = [] }
      return state.runs
    }
  }
}
