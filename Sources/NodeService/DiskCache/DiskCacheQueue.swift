internal import Digests
internal import Linux
internal import Synchronization

/// What is to be written into a disk cache: bounded in bytes, and what does not fit is not kept.
///
/// Whoever adds never waits for a disk.
final class DiskCacheQueue: Sendable {
  /// Content and what it is of.
  struct Item: Sendable {
    var key: DiskCacheKey
    var checksum: Checksum
    var content: SharedBuffer
  }

  private struct State: Sendable {
    var items: [Item] = []
    var byteCount = 0
    var hasEnded = false
  }

  /// How many bytes of content wait at most.
  let limit: Int
  private let state = Mutex(State())
  private let wake = WakeUp()

  /// - Parameter limit: How many bytes of content wait at most, those that are being written
  ///   included.
  init(limit: Int) { self.limit = limit }

  /// Adds content, if there is room for it.
  func add(_ item: Item) -> Bool {
    let isFirst: Bool? = state.withLock { state in
      guard !state.hasEnded, state.byteCount + item.content.count <= limit else { return nil }
      state.byteCount += item.content.count
      state.items.append(item)
      return state.items.count == 1
    }
    if isFirst == true { wake.now() }
    return isFirst != nil
  }

  /// Everything that waits.
  func take() -> [Item] {
    state.withLock { state in
      defer { state.items = [] }
      return state.items
    }
  }

  /// Content that was taken is written, or given up: it takes no room any more.
  func finish(_ item: Item) { state.withLock { $0.byteCount -= item.content.count } }

  /// Waits for something to write.
  ///
  /// - Returns: false when nothing is added any more.
  func wait(seconds: Double) -> Bool { wake.wait(seconds: seconds) }

  /// Whether it takes no more.
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// Takes no more.
  func end() {
    state.withLock { $0.hasEnded = true }
    wake.end()
  }

  /// Whether nothing waits and nothing is being written.
  var isEmpty: Bool { state.withLock { $0.byteCount == 0 && $0.items.isEmpty } }
}
