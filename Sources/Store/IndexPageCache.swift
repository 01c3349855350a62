internal import Synchronization

/// Pages of index runs in a bounded amount of memory, the least wanted ones leaving first.
///
/// Thread-safe.
final class IndexPageCache: Sendable {
  /// A page of a run.
  struct Key: Hashable {
    var run: Int
    var table: IndexRunTable
    var page: Int
  }

  private struct Slot {
    var key: Key
    var bytes: [UInt8]
    var isWanted: Bool
  }

  private struct State {
    var slots: [Slot] = []
    var places: [Key: Int] = [:]
    var hand = 0
  }

  private let capacity: Int
  private let state = Mutex(State())

  /// - Parameter capacity: How many pages are kept, each of 72 KiB; at least one.
  init(capacity: Int) { self.capacity = max(1, capacity) }

  /// A page that is there.
  subscript(key: Key) -> [UInt8]? {
    state.withLock { state in
      guard let place = state.places[key] else { return nil }
      state.slots[place].isWanted = true
      return state.slots[place].bytes
    }
  }

  /// Keeps a page; another leaves that was not asked for since the hand last came by.
  func insert(_ bytes: [UInt8], _ key: Key) {
    state.withLock { state in
      guard state.places[key] == nil else { return }
      let slot = Slot(key: key, bytes: bytes, isWanted: false)
      guard state.slots.count >= capacity else {
        state.places[key] = state.slots.count
        state.slots.append(slot)
        return
      }
      while state.slots[state.hand].isWanted {
        state.slots[state.hand].isWanted = false
        state.hand = (state.hand + 1) % capacity
      }
      state.places[state.slots[state.hand].key] = nil
      state.places[key] = state.hand
      state.slots[state.hand] = slot
      state.hand = (state.hand + 1) % capacity
    }
  }
}
