import Digests
import ImageSamples
import Linux
import StartBundles
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import NodeService

@Suite("A start bundle on the node's own disk")
struct LocalBundleTests {
  private let directory: CacheDirectory
  private let metered: MeteredDirectory
  private let store: Store
  private let image = SHA256Digest.of([9].span.bytes)

  init() throws {
    directory = try CacheDirectory()
    let path = directory.parent.path.appending("store")
    metered = MeteredDirectory(PosixDirectory(path))
    _ = try Store.create(at: PosixDirectory(path), parameters: StoreParameters(level: 1))
    store = try Store.open(metered)
  }

  /// What a bundle of so many bytes is in the store.
  private func write(_ count: Int, seed: UInt64) throws -> [UInt8] {
    let bytes = SampleBytes.noise(count, seed: seed)
    let path = directory.parent.path.appending("store/bundles/\(image.hex)")
    let file = try OwnedDescriptor(
      opening: path, [.create, .writeOnly, .truncate], mode: 0o644)
    try file.writeAll(bytes.span.bytes)
    return bytes
  }

  private func content(_ cache: DiskCache) -> StoreContent {
    StoreContent(
      store,
      StoreContent.Context(
        cache: StoreContent.makeCache(limit: 0), disk: CachedContent(cache, of: store),
        logger: directory.log.logger))
  }

  /// Reads the bundle as a start does, and keeps it.
  private func read(_ content: StoreContent) throws -> [UInt8]? {
    guard let file = try content.bundle(of: image) else { return nil }
    let bundle = StartBundle(file, of: image, turn: 3)
    bundle.start()
    var bytes: [UInt8] = []
    let isWhole = bundle.forEachChunk { offset, chunk in
      #expect(offset == UInt64(bytes.count))
      bytes += chunk.array
      return true
    }
    #expect(isWhole)
    content.keep(bundle, of: image)
    return bytes
  }

  @Test(
    "is read from there the next time, with nothing asked of the store",
    arguments: [
      5000, 3_000_000, 40_000_000,
    ])
  func secondTime(size: Int) throws {
    let bytes = try write(size, seed: 1)
    try directory.use(256 << 20) { cache in
      let found = try read(content(cache))
      #expect(found == bytes)
      cache.settle()
    }
    let before = metered[.bundles]
    try directory.use(256 << 20) { cache in
      let found = try read(content(cache))
      #expect(found == bytes)
      #expect(cache.counts.bad == 0)
    }
    #expect(metered[.bundles] == before && before.opens == 1)
  }

  @Test("that there is none is known, too, and looked for again after a day")
  func none() throws {
    try directory.use { cache in
      let content = content(cache)
      #expect(try content.bundle(of: image) == nil)
      cache.settle()
      let bytes = try write(5000, seed: 1)
      #expect(try content.bundle(of: image) == nil)
      content.renewBundle(of: image)
      #expect(try content.bundle(of: image) == nil)
      makeOld(content)
      content.renewBundle(of: image)
      let found = try read(content)
      #expect(found == bytes)
    }
  }

  private func makeOld(_ content: StoreContent) {
    guard let disk = content.disk, var known = disk.bundle(of: image) else {
      Issue.record("nothing is known")
      return
    }
    known.time -= KnownBundle.lifetime + 1
    disk.keep(known, of: image)
    for _ in 0..<500 where disk.bundle(of: image) != known { WallClock.pause(milliseconds: 10) }
  }

  @Test("stays when the store has no other one, and goes when it has")
  func renewal() throws {
    let first = try write(5000, seed: 1)
    try directory.use { cache in
      let content = content(cache)
      var found = try read(content)
      cache.settle()
      makeOld(content)
      let copy = content.disk?.bundle(of: image)?.copy
      content.renewBundle(of: image)
      cache.settle()
      #expect(content.disk?.bundle(of: image)?.copy == copy)
      #expect(content.disk?.bundle(of: image)?.isOld == false)
      // Of the same size.
      let second = try write(5000, seed: 2)
      content.renewBundle(of: image)
      found = try read(content)
      #expect(found == first, "it is looked once a day")
      makeOld(content)
      content.renewBundle(of: image)
      found = try read(content)
      #expect(found == second)
    }
  }

  @Test("is read from the store where a part has gone, if the store still has the same one")
  func missingPart() throws {
    let bytes = try write(3_000_000, seed: 1)
    try directory.use { cache in
      let content = content(cache)
      _ = try read(content)
      cache.settle()
      let known = try #require(content.disk?.bundle(of: image))
      cache.forget(
        DiskCacheKey(
          kind: .bundlePart, owner: try owner(of: cache, known), name: known.name(ofPartAt: 1 << 20)
        ))
      let before = metered[.bundles]
      var found = try read(content)
      #expect(found == bytes)
      #expect(metered[.bundles].reads == before.reads + 1)
      _ = try write(3_000_001, seed: 1)
      let file = try #require(try content.bundle(of: image))
      #expect(throws: SystemError.self) {
        _ = try SharedBuffer(capacity: 1 << 20) { (span) throws(SystemError) in
          try file.read(at: 1 << 20, into: &span)
        }
      }
      content.forgetBundle(of: image)
      found = try read(content)
      #expect(found?.count == 3_000_001)
    }
  }

  /// The owner under which parts are kept.
  private func owner(of cache: DiskCache, _ known: KnownBundle) throws -> SHA256Digest {
    .of(Array("\(store.description.id)\0\(store.directory.location)".utf8).span.bytes)
  }
}
