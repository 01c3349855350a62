internal import Linux
internal import Synchronization
internal import SystemPackage

extension DiskCacheWriter {
  /// Sees to it that a file of a size fits below the limit: when it does not, files go until nine
  /// tenths of the limit are left.
  func makeRoom(for byteCount: UInt64) throws(SystemError) -> Bool {
    let limit = cache.limit
    guard cache.table.withLock({ $0.byteCount }) + byteCount > limit else { return true }
    let low = limit / 10 * 9
    try evict(to: low - min(low, byteCount))
    return cache.table.withLock { $0.byteCount } + byteCount <= limit
  }

  /// Throws files out, those first that nobody has used for longest, until so many bytes are left
  /// or what is left has to stay.
  func evict(to byteCount: UInt64) throws(SystemError) {
    let used = usedSegments()
    let idle = WallClock.seconds() - cache.idleSeconds
    let victims = cache.table.withLock {
      $0.victims(used: used, idle: idle, sparing: open?.number)
    }
    for number in victims {
      guard cache.table.withLock({ $0.byteCount }) > byteCount else { return }
      // First: whoever finds a record from now on finds its file.
      cache.table.withLock { $0.remove(number) }
      cache.counting.withLock { $0.evicted += 1 }
      do throws(SystemError) { try cache.directory.remove(number) } catch {
        guard error.errno == .noSuchFileOrDirectory else { throw error }
      }
    }
  }

  /// The segments with content that is in use; nil when that is not known.
  private func usedSegments() -> Set<UInt32>? {
    guard let uses = cache.uses.withLock({ $0 }) else { return [] }
    var used: Set<UInt32> = []
    let isKnown = uses { key in
      if let place = cache.table.withLock({ $0.peek(key.fingerprint) }) {
        used.insert(place.segment)
      }
    }
    return isKnown ? used : nil
  }
}
