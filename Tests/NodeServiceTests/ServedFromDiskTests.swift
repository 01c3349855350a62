import Digests
import ImageSamples
import Linux
import StartBundles
import Store
import SystemPackage
import Testing

@testable import ImageTree
@testable import NodeService

extension MountedTests {
  @Suite(
    "A server with a disk cache", .serialized, .enabled(if: canMount, "needs root and /dev/fuse"))
  struct ServedFromDiskTests {
    private let directory: TemporaryDirectory
    private let sample: SampleStore
    private let store: Store

    init() throws {
      directory = try TemporaryDirectory()
      sample = try SampleStore(blockSize: 131_072)
      store = try Store.create(
        at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
    }

    private var cache: FilePath { directory.path.appending("cache") }

    /// Bytes that no compressor makes smaller, made quickly.
    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
      var generator = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
      var bytes: [UInt8] = []
      bytes.reserveCapacity(count + 8)
      while bytes.count < count {
        generator = generator &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        withUnsafeBytes(of: generator ^ generator >> 29) { bytes.append(contentsOf: $0) }
      }
      bytes.removeLast(bytes.count - count)
      return bytes
    }

    private static func files(_ count: Int, of size: Int, seed: UInt64) -> [SampleMember] {
      (0..<count).map { number in
        SampleMember("file\(number)", .file(noise(size, seed: seed + UInt64(number))))
      } + [SampleMember("small", .file(Array("a small file of \(seed)".utf8)))]
    }

    private func digests(_ image: String, in mount: ServedMount) throws -> [SHA256Digest] {
      let root = mount.path.appending("images/\(image)/root")
      return try Paths.list(root).map { name in
        let bytes = try readBytes(root.appending(name))
        return SHA256Digest.of(bytes.span.bytes)
      }
    }

    private func expect(
      _ image: String, _ wanted: [SHA256Digest], in mount: ServedMount
    ) throws {
      let found = try digests(image, in: mount)
      #expect(found == wanted)
    }

    private func expect(_ image: String, _ count: Int, in mount: ServedMount) throws {
      let found = try digests(image, in: mount)
      #expect(found.count == count)
    }

    /// Serves through a directory that notes what it is asked for.
    private func served(
      lease: Int64 = 0, size: UInt64 = 64 << 20, _ body: (ServedMount) throws -> Void
    ) throws -> [String] {
      let noting = OperationsDirectory(PosixDirectory(directory.path.appending("store")))
      try ServedMount.run(
        [ServedStore(noting)], in: directory,
        options: { options in
          options.diskCache = cache
          options.diskCacheSize = size
          options.leaseSeconds = lease
          options.interval = 3600
          options.cacheSize = 1 << 20
        }, body)
      return noting.operations
    }

    @Test("starts an image for the second time with two path operations on the store")
    func secondStart() throws {
      let members = Self.files(4, of: 300_000, seed: 1)
      try sample.publish(["a"], members, in: store)
      var before: [SHA256Digest] = []
      let first = try served { before = try digests("a", in: $0) }
      #expect(before.count == 5)
      #expect(first.contains("pread packs") && first.count > 10)
      for _ in 0..<3 {
        let second = try served { mount in
          try expect("a", before, in: mount)
          #expect(mount.log.lines.allSatisfy { !$0.hasPrefix("warning") })
        }
        #expect(second == ["read firn.json", "list generations"])
      }
      // A lease is two more, and one when it ends.
      let leased = try served(lease: 3600) { try expect("a", before, in: $0) }
      #expect(
        leased == [
          "read firn.json", "list generations", "create leases", "synchronize leases",
          "unlink leases",
        ])
    }

    @Test("has the start bundle on its disk, too")
    func bundle() throws {
      try sample.publish(["a"], Self.files(4, of: 300_000, seed: 1), in: store)
      let image = try store.newest().image("a")
      let content = StoreContent(store, cacheSize: 1 << 20, logger: RecordingLog().logger)
      let loaded = try LoadedImage(try store.imageObject(image.object), source: content)
      let runs = try VolumeNames.files(of: loaded.volume).compactMap { name, inode in
        name == "file1" ? PageRun(inode: inode, first: 0, count: 70) : nil
      }
      let staging = try store.stage(purpose: "test")
      _ = try BundleBuilder().build(
        AccessTrace(of: image.rootIdentity, recorded: runs, isExact: true),
        from: ImagePages(loaded), in: staging)
      staging.finish()
      var before: [SHA256Digest] = []
      let first = try served { mount in
        before = try digests("a", in: mount)
        #expect(
          try mount.wait {
            try StatusQuery().ask(mount.path).diskCache?.writtenBytes ?? 0 > 1_100_000
          })
      }
      #expect(first.contains("open bundles/\(image.rootIdentity.hex)"))
      let second = try served { mount in
        try expect("a", before, in: mount)
        #expect(
          try mount.wait { try StatusQuery().ask(mount.path).bundles.pushedBytes >= 280_000 })
        #expect(try StatusQuery().ask(mount.path).bundles.failed == 0)
      }
      #expect(second == ["read firn.json", "list generations"])
    }

    @Test("shows what was published since, and reads only what is new of it")
    func newer() throws {
      let members = Self.files(3, of: 300_000, seed: 1)
      try sample.publish(["a"], members, in: store)
      _ = try served { _ = try digests("a", in: $0) }
      try sample.publish(["b"], members + [SampleMember("more", .file([1, 2, 3]))], in: store)
      let operations = try served { mount in
        try expect("a", 4, in: mount)
        try expect("b", 5, in: mount)
      }
      #expect(operations.contains("read generations/3"))
      // Of the same blocks in another pack only the fragment block is another.
      #expect(operations.filter { $0 == "pread packs" }.count == 1, "\(operations)")
      let again = try served { try expect("b", 5, in: $0) }
      #expect(again.count == 2)
    }

    @Test("serves what it has when the store has died, from the beginning")
    func deadStore() throws {
      try sample.publish(["a"], Self.files(3, of: 300_000, seed: 1), in: store)
      var before: [SHA256Digest] = []
      _ = try served { before = try digests("a", in: $0) }
      let packs = directory.path.appending("store/packs")
      _ = try served { mount in
        try Paths.rename(packs, to: directory.path.appending("away"))
        try expect("a", before, in: mount)
        try Paths.rename(directory.path.appending("away"), to: packs)
      }
    }

    @Test("is right with a cache in which every byte was changed")
    func damaged() throws {
      try sample.publish(["a"], Self.files(3, of: 300_000, seed: 1), in: store)
      var before: [SHA256Digest] = []
      _ = try served { before = try digests("a", in: $0) }
      for name in try Paths.list(cache) where name.hasSuffix(".segment") {
        let path = cache.appending(name)
        var bytes = try readBytes(path)
        for position in 32..<bytes.count - 56 where position % 3000 == 0 { bytes[position] ^= 1 }
        let file = try OwnedDescriptor(opening: path, .writeOnly)
        try file.writeAll(bytes.span.bytes)
      }
      _ = try served { try expect("a", before, in: $0) }
      let healed = try served { try expect("a", before, in: $0) }
      #expect(healed.count == 2, "\(healed)")
    }

    @Test("keeps what a container holds, however much else is read", arguments: [true, false])
    func inUse(isHeld: Bool) throws {
      try sample.publish(["held"], Self.files(4, of: 250_000, seed: 1), in: store)
      for number in 0..<3 {
        let members = Self.files(4, of: 700_000, seed: 100 * UInt64(number + 1))
        try sample.publish(["other\(number)"], members, in: store)
      }
      _ = try served(size: 6 << 20) { _ = try digests("held", in: $0) }
      _ = try served(size: 6 << 20) { mount in
        let root = mount.path.appending("images/held/root")
        let handle = try OwnedDescriptor(opening: isHeld ? root : directory.path, .directory)
        WallClock.pause(milliseconds: 1100)
        for number in 0..<3 { _ = try digests("other\(number)", in: mount) }
        try handle.close()
      }
      let object = try store.imageObject(store.newest().image("held").object)
      let disk = try DiskCache(
        DiskCache.Options(cache, limit: 6 << 20), logger: RecordingLog().logger)
      defer { disk.close() }
      let cached = CachedContent(disk, of: store)
      let found = object.blocks.count { cached.storedBytes(of: $0.record) != nil }
      #expect(found == (isHeld ? object.blocks.count : 0))
    }

    @Test("does not start with a cache that another server uses, or that others may write to")
    func refused() throws {
      try Paths.makeDirectory(cache, mode: 0o777)
      var options = StoreServer.Options()
      options.diskCache = cache
      let start = { [options] in
        _ = try StoreServer(
          [ServedStore(store)], accounts: SystemAccounts(), options: options,
          logger: RecordingLog().logger)
      }
      #expect(throws: DiskCacheError.writableByOthers(cache, mode: 0o777)) { try start() }
    }
  }
}
