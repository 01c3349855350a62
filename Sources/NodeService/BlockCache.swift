public import Linux
internal import Synchronization
public import SystemPackage

/// Decompressed blocks in memory: bounded in bytes, shared by everybody who reads, each block
/// fetched once however many ask for it at the same time.
///
/// What is thrown out first: blocks that nobody has asked for again since the hand of the clock
/// went by last (CLOCK). A block that is being sent lives until it has been sent, whatever the
/// cache does. No lock is held while a block is fetched.
public final class BlockCache<Key: Hashable & Sendable>: Sendable {
  private typealias Shard = BlockCacheShard<Key>

  private final class LockedShard: Sendable {
    let state = Mutex(Shard())
  }

  private let shards: [LockedShard]
  private let shardLimit: Int

  /// Makes an empty cache.
  ///
  /// - Parameters:
  ///   - limit: How many bytes of blocks to keep.
  ///   - count: Into how many parts, each with a lock of its own, the cache is divided.
  public init(limit: Int, shards count: Int = 16) {
    precondition(limit >= 0 && count > 0, "a cache has room and shards")
    shards = (0..<count).map { _ in LockedShard() }
    shardLimit = limit / count
  }

  /// The block with a key: from memory, from a fetch under way, or fetched now.
  ///
  /// - Parameter fetch: Makes the block; called without any lock held. When it fails everybody who
  ///   waits for it gets the same error, and the next call tries again.
  public func block(
    _ key: Key, fetch: () throws(Errno) -> SharedBuffer
  ) throws(Errno) -> SharedBuffer {
    let shard = shards[Int(UInt(bitPattern: key.hashValue) % UInt(shards.count))]
    if let found = shard.state.withLock({ $0.find(key) }) { return try found.buffer() }
    let mine = Shard.Fetch()
    if let found = shard.state.withLock({ $0.find(key, orStart: mine) }) {
      return try found.buffer()
    }
    let result = Result { () throws(Errno) in try fetch() }
    shard.state.withLock { $0.finish(key, result, limit: shardLimit) }
    mine.land(result)
    return try result.get()
  }

  /// How often a block was in memory or on its way, and how often it had to be fetched.
  public var counts: (hits: UInt64, misses: UInt64) {
    shards.reduce((0, 0)) { sum, shard in
      shard.state.withLock { (sum.0 + $0.hits, sum.1 + $0.misses) }
    }
  }

  /// How many bytes of blocks are kept.
  public var byteCount: Int {
    shards.reduce(0) { sum, shard in sum + shard.state.withLock { $0.byteCount } }
  }
}
