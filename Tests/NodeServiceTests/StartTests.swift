import Digests
import FUSE
import ImageSamples
import Linux
import StartBundles
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import ImageTree
@testable import NodeService

extension MountedTests {
  @Suite(
    "The start of an image", .enabled(if: canMount, "needs root and /dev/fuse"))
  struct StartTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let big = SampleBytes.noise(600_000, seed: 1)
    private let small = SampleBytes.text(5000, seed: 2)

    init() throws {
      directory = try TemporaryDirectory()
      let sample = try SampleStore(blockSize: 131_072)
      store = try Store.create(
        at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
      try sample.publish(
        ["a"],
        [
          SampleMember("lib", .directory), SampleMember("lib/big", .file(big)),
          SampleMember("lib/other", .file(SampleBytes.noise(90_000, seed: 3))),
          SampleMember("small", .file(small)),
        ], in: store)
    }

    private var image: ImageRecord { get throws { try store.newest().image("a") } }

    /// Makes the bundle of whole files.
    private func makeBundle(of names: Set<String>) throws {
      let image = try image
      let content = StoreContent(store, cacheSize: 1 << 20, logger: RecordingLog().logger)
      let loaded = try LoadedImage(try store.imageObject(image.object), source: content)
      var runs: [PageRun] = []
      let inodes = try VolumeNames.files(of: loaded.volume)
      for (name, inode) in inodes where names.contains(name) {
        let size = try #require(ImagePages(loaded).size(of: inode))
        runs.append(PageRun(inode: inode, first: 0, count: UInt32((size - 1) / 4096 + 1)))
      }
      #expect(runs.count == names.count)
      let staging = try store.stage(purpose: "test")
      defer { staging.finish() }
      let trace = AccessTrace(of: image.rootIdentity, recorded: runs, isExact: true)
      _ = try BundleBuilder().build(trace, from: ImagePages(loaded), in: staging)
    }

    private var packs: FilePath { directory.path.appending("store/packs") }

    /// Runs a closure while there is no pack.
    private func withoutPacks(_ body: () throws -> Void) throws {
      let away = directory.path.appending("away")
      try Paths.rename(packs, to: away)
      try Paths.makeDirectory(packs)
      defer {
        try? Paths.removeDirectory(packs)
        try? Paths.rename(away, to: packs)
      }
      try body()
    }

    private func read(_ mount: ServedMount, _ name: String) throws -> [UInt8] {
      let file = try OwnedDescriptor(opening: mount.path.appending("images/a/root/\(name)"))
      return try file.readBytes(at: 0, count: 1 << 20)
    }

    private func expect(_ bytes: [UInt8], at name: String, _ mount: ServedMount) throws {
      let found = try read(mount, name)
      #expect(found == bytes)
    }

    @Test("is served from its bundle: with no pack at hand everything in it can be read")
    func fromBundle() throws {
      try makeBundle(of: ["lib/big", "small"])
      try withoutPacks {
        try ServedMount.run([ServedStore(store)], in: directory) { mount in
          try expect(small, at: "small", mount)
          try expect(big, at: "lib/big", mount)
          #expect(throws: SystemError.self) { try read(mount, "lib/other") }
        }
      }
    }

    @Test("without bundles, or with a damaged one, is served from packs")
    func fromPacks() throws {
      try makeBundle(of: ["lib/big"])
      let bundle = directory.path.appending("store/bundles/\(try image.rootIdentity.hex)")
      let file = try OwnedDescriptor(opening: bundle, .readWrite)
      try file.writeAll([UInt8](repeating: 0, count: 64).span.bytes, at: 1000)
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        try expect(big, at: "lib/big", mount)
        #expect(mount.log.lines.contains { $0.contains("a start bundle cannot be used") })
        try expect(small, at: "small", mount)
      }
      try ServedMount.run(
        [ServedStore(store)], in: directory, options: { $0.starts.usesBundles = false }
      ) { mount in
        try expect(big, at: "lib/big", mount)
        #expect(mount.log.lines.isEmpty)
      }
    }

    @Test("gives the kernel pages before anybody asks for them, and gives its memory back")
    func pushed() throws {
      try makeBundle(of: ["lib/big", "small"])
      let image = try image
      let starts = StartService(StartOptions(), logger: RecordingLog().logger)
      let content = StoreContent(
        store, cacheSize: 1 << 20, logger: RecordingLog().logger, starts: starts)
      let object = try store.imageObject(image.object)
      let loaded = try LoadedImage(object, source: content)
      let fileSystem = VolumeFileSystem(
        loaded.volume, content: loaded, start: content.start(of: image))
      let path = directory.path.appending("m")
      try Paths.makeDirectory(path)
      let (ready, server) = (
        WakeUp(), MountServer(at: path, name: "test", logger: RecordingLog().logger)
      )
      let thread = try JoinableThread {
        do {
          try server.run(
            fileSystem, prepared: { starts.begin($0.notifier, at: $0.mountPoint) }
          ) { ready.now() }
        } catch {
          Issue.record(error)
        }
      }
      _ = ready.wait(seconds: 20)
      defer {
        starts.end()
        try? Mounts.detach(path)
        thread.join()
      }
      let first = try OwnedDescriptor(opening: path.appending("small")).readBytes(at: 0, count: 10)
      #expect(first == Array(small.prefix(10)))
      let all = UInt64(big.count + small.count)
      for _ in 0..<200 where starts.counts.pushedBytes < all { WallClock.pause(milliseconds: 20) }
      #expect(starts.counts.pushedBytes == all)
      #expect(starts.counts.count == 1 && starts.counts.failed == 0)
      let late = starts.counts.late
      #expect(late >= 1)
      let bytes = try OwnedDescriptor(opening: path.appending("lib/big")).readBytes(
        at: 0, count: 1 << 20)
      #expect(bytes == big)
      // Nobody asked the file system for any of that.
      #expect(starts.counts.late == late && starts.counts.missed == 0)
    }

    @Test("is written down once where the store may be written, and becomes a bundle")
    func recorded() throws {
      let identity = try image.rootIdentity
      try ServedMount.run(
        [ServedStore(store)], in: directory, options: { $0.starts.duration = 0.5 }
      ) { mount in
        try expect(big, at: "lib/big", mount)
        #expect(try mount.wait { try store.bundle(of: identity) != nil })
        let traces = try store.traces(of: identity)
        #expect(traces.count == 1 && traces.first?.isExact == false)
        #expect(traces.first?.pageCount == (big.count - 1) / 4096 + 1)
      }
      try ServedMount.run(
        [ServedStore(store)], in: directory, options: { $0.starts.duration = 0.2 }
      ) { mount in
        try expect(small, at: "small", mount)
        WallClock.pause(milliseconds: 1500)
      }
      #expect(try store.traces(of: identity).count == 1)
      #expect(try store.names(in: .staging).isEmpty)
    }

    @Test("is recorded page by page where the kernel is told to read nothing ahead")
    func exact() throws {
      let identity = try image.rootIdentity
      var options = StoreServer.Options()
      options.pushesPages = false
      options.maxReadahead = 0
      options.starts.onlyRecords = true
      let server = try StoreServer(
        [ServedStore(store)], accounts: SystemAccounts(), options: options,
        logger: RecordingLog().logger)
      let path = directory.path.appending("m")
      try Paths.setMode(directory.path, 0o755)
      try Paths.makeDirectory(path)
      try server.run(at: path) {
        do {
          let file = try OwnedDescriptor(opening: path.appending("images/a/root/lib/big"))
          for page in [9, 3, 4, 100, 3] as [UInt64] {
            #expect(try file.readBytes(at: page * 4096 + 5, count: 7).count == 7)
          }
        } catch {
          Issue.record(error)
        }
        server.stop()
      }
      let runs = try #require(server.recorded[identity])
      #expect(runs.map(\.first) == [9, 3, 100] && runs.map(\.count) == [1, 2, 1])
      #expect(try store.traces(of: identity).isEmpty)
    }
  }
}
