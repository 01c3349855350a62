import Digests
import ImageSamples
import Linux
import Store
import Synchronization
import SystemPackage
import Testing

@testable import NodeService

@Suite("What a node reads of a store with a disk cache")
struct CachedContentTests {
  private let disk: DiskStore
  private let directory: CacheDirectory

  init() throws {
    disk = try DiskStore()
    directory = try CacheDirectory()
  }

  private func content(_ cache: DiskCache, _ store: Store? = nil) -> StoreContent {
    let store = store ?? disk.store
    return StoreContent(
      store,
      StoreContent.Context(
        cache: StoreContent.makeCache(limit: 0), disk: CachedContent(cache, of: store),
        logger: directory.log.logger))
  }

  private func read(
    _ block: Int, by content: StoreContent, at locations: [BlockLocation]? = nil
  ) throws -> [UInt8] {
    try content.content(
      of: disk.records[block], at: (locations ?? disk.locations)[block],
      parameters: disk.store.parameters
    ).array
  }

  private func expect(
    _ block: Int, by content: StoreContent, at locations: [BlockLocation]? = nil
  ) throws {
    let found = try read(block, by: content, at: locations)
    #expect(found == disk.contents[block])
  }

  private func expect(_ record: ImageRecord, _ file: [UInt8], by content: StoreContent) throws {
    let (found, wanted) = (try content.object(of: record), try ImageObject(decoding: file))
    #expect(found == wanted)
  }

  @Test("comes from the disk when it was read before, whether the store is there or not")
  func restart() throws {
    try directory.use { cache in
      let content = content(cache)
      for block in disk.contents.indices {
        try expect(block, by: content)
      }
      cache.settle()
      #expect(cache.counts.hits == 0 && cache.counts.written == 10)
    }
    try Paths.rename(
      disk.directory.path.appending("store"), to: disk.directory.path.appending("gone"))
    try directory.use { cache in
      let content = content(cache)
      for block in disk.contents.indices {
        try expect(block, by: content)
      }
      #expect(cache.counts.hits == 10)
    }
    #expect(directory.log.lines.isEmpty)
  }

  @Test("comes from the store when the disk has it wrong, and is right there afterwards")
  func damaged() throws {
    try directory.use { cache in
      let content = content(cache)
      for block in disk.contents.indices { _ = try read(block, by: content) }
    }
    for path in try directory.segments {
      let file = try OwnedDescriptor(opening: path, .readWrite)
      let size = try file.status().size
      var bytes = try file.readBytes(at: 32, count: Int(size) - 32 - 10 * 80 - 56)
      for position in bytes.indices { bytes[position] ^= 0x55 }
      try file.writeAll(bytes.span.bytes, at: 32)
    }
    try directory.use { cache in
      let content = content(cache)
      for round in 0..<2 {
        for block in disk.contents.indices {
          try expect(block, by: content)
        }
        cache.settle()
        #expect(cache.counts.bad == 10)
        #expect(cache.counts.hits == UInt64(round * 10))
      }
    }
    #expect(directory.log.lines.count == 1)
  }

  @Test("is not kept when the store has it wrong")
  func damagedStore() throws {
    try disk.flip(2)
    try directory.use { cache in
      let content = content(cache)
      #expect(throws: Errno.ioError) { _ = try read(2, by: content) }
      cache.settle()
      #expect(cache.counts.written == 0)
      try disk.flip(2)
      try expect(2, by: content)
    }
  }

  @Test("of one store is never what another says that it is, also where it claims to be the first")
  func stores() throws {
    // The same id, the same digest and the same checksum: a store whose owner lies about everything.
    let copy = disk.directory.path.appending("other")
    _ = try ChildProcess(
      running: "cp", ["-a", "\(disk.directory.path)/store", copy.string])
    let other = try Store.open(PosixDirectory(copy))
    #expect(other.description.id == disk.store.description.id)
    try directory.use { cache in
      let (mine, theirs) = (content(cache), content(cache, other))
      for content in [theirs, mine] {
        _ = try read(1, by: content)
        cache.settle()
      }
      #expect(cache.counts.hits == 0 && cache.counts.written == 2)
      for content in [theirs, mine] { _ = try read(1, by: content) }
      #expect(cache.counts.hits == 2)
      #expect(cache.table.withLock { $0.recordCount } == 2)
    }
  }

  @Test("of a store that was made anew in the same place is not that of the old one")
  func anew() throws {
    let other = try DiskStore()
    let path = disk.directory.path.appending("store")
    try directory.use { cache in
      let content = content(cache)
      _ = try read(0, by: content)
      cache.settle()
      try Paths.rename(path, to: disk.directory.path.appending("old"))
      try Paths.rename(other.directory.path.appending("store"), to: path)
      let anew = self.content(cache, try Store.open(PosixDirectory(path)))
      try expect(0, by: anew, at: other.locations)
      #expect(cache.counts.hits == 0)
    }
  }

  @Test("is an image object that was read before, and none that is damaged")
  func objects() throws {
    let sample = try SampleStore()
    try sample.publish(["a"], in: disk.store)
    let record = try disk.store.newest().image("a")
    let path = disk.directory.path.appending("store/images/\(record.object)")
    let good = try readBytes(path)
    let damaged = good.enumerated().map { $0 == good.count / 2 ? $1 ^ 1 : $1 }
    try directory.use { cache in
      let content = content(cache)
      try Paths.unlink(path)
      try disk.directory.write("store/images/\(record.object)", damaged)
      #expect(throws: Errno.ioError) { _ = try content.object(of: record) }
      try disk.directory.write("store/images/\(record.object)", good)
      try expect(record, good, by: content)
    }
    try Paths.unlink(path)
    try directory.use { cache in
      try expect(record, good, by: content(cache))
    }
  }

  @Test("is right under many threads with a memory and a disk that are too small")
  func threads() throws {
    try directory.use(16 << 20) { cache in
      let content = content(cache)
      let wrong = Counter()
      let threads = try (0..<4).map { thread in
        try JoinableThread {
          for round in 0..<200 {
            let block = (round * (thread + 1)) % disk.records.count
            if (try? read(block, by: content)) != disk.contents[block] { wrong.add() }
          }
        }
      }
      for thread in threads { thread.join() }
      #expect(wrong.value == 0)
      #expect(cache.counts.hits > 0)
    }
  }
}
