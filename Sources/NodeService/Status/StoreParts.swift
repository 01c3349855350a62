/// What a server of stores has to tell of them and of its cache.
struct StoreParts: Sendable {
  let followers: [StoreFollower]
  let cache: BlockCache<StoreContent.Key>
  /// How many bytes the cache may keep.
  let limit: Int
  let disk: DiskCache?
  let starts: StartService

  /// How they are now.
  var status: ServerParts {
    var parts = ServerParts()
    parts.stores = followers.map { $0.status() }
    let starts = followers.flatMap { follower in
      follower.starts.latest.map { ($0, follower.source.name) }
    }
    parts.starts = starts.sorted { $0.0.time > $1.0.time }.prefix(ImageStarts.most)
      .map { (start: $0.0, store: $0.1) }
    for follower in followers {
      let total = follower.starts.total
      parts.startTotals.add(total.count, total.cost)
    }
    let (hits, misses) = cache.counts
    parts.cache = CacheStatus(
      limit: UInt64(limit), bytes: UInt64(cache.byteCount), hits: hits, misses: misses)
    parts.diskCache = disk?.status
    parts.bundles = self.starts.counts
    return parts
  }
}
