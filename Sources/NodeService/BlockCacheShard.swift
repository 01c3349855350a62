internal import Linux
internal import SystemPackage

/// One part of a ``BlockCache``, guarded by the cache: blocks, fetches under way, and the hand of
/// the clock that decides which block goes.
struct BlockCacheShard<Key: Hashable & Sendable>: Sendable {
  /// A fetch under way.
  typealias Fetch = Flight<SharedBuffer, Errno>

  /// What a search finds.
  enum Found: Sendable {
    case buffer(SharedBuffer)
    case fetch(Fetch)

    /// The block; waits for it.
    func buffer() throws(Errno) -> SharedBuffer {
      switch self {
      case .buffer(let buffer): buffer
      case .fetch(let fetch): try fetch.value()
      }
    }
  }

  private struct Slot: Sendable {
    let key: Key
    let buffer: SharedBuffer
    var wasUsed: Bool
  }

  private var slots: [Slot] = []
  private var positions: [Key: Int] = [:]
  private var fetches: [Key: Fetch] = [:]
  private var hand = 0
  private(set) var byteCount = 0
  private(set) var hits: UInt64 = 0
  private(set) var misses: UInt64 = 0

  /// Looks for a block, or a fetch of it.
  mutating func find(_ key: Key) -> Found? {
    if let position = positions[key] {
      slots[position].wasUsed = true
      hits += 1
      return .buffer(slots[position].buffer)
    }
    guard let fetch = fetches[key] else { return nil }
    hits += 1
    return .fetch(fetch)
  }

  /// Looks once more; where there still is neither, the caller's fetch starts.
  mutating func find(_ key: Key, orStart fetch: Fetch) -> Found? {
    if let found = find(key) { return found }
    fetches[key] = fetch
    misses += 1
    return nil
  }

  /// Ends a fetch and keeps its block if there is room for it at all.
  mutating func finish(_ key: Key, _ result: Result<SharedBuffer, Errno>, limit: Int) {
    fetches[key] = nil
    guard case .success(let buffer) = result, buffer.count <= limit else { return }
    while byteCount + buffer.count > limit { evict() }
    positions[key] = slots.count
    slots.append(Slot(key: key, buffer: buffer, wasUsed: false))
    byteCount += buffer.count
  }

  /// Throws out the first block behind the hand that was not used since the hand went by.
  private mutating func evict() {
    while true {
      if hand >= slots.count { hand = 0 }
      if !slots[hand].wasUsed { break }
      slots[hand].wasUsed = false
      hand += 1
    }
    let victim = slots[hand]
    byteCount -= victim.buffer.count
    positions[victim.key] = nil
    let last = slots.removeLast()
    if hand < slots.count {
      slots[hand] = last
      positions[last.key] = hand
    }
  }
}
