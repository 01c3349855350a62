import FUSE
import Glibc
import ImageSamples
import ImageTree
import Linux
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import NodeService

extension MountedTests {
  @Suite("The status of a server", .enabled(if: canMount, "needs root and /dev/fuse"))
  struct StatusTests {
    private let directory: TemporaryDirectory
    private let sample: SampleStore
    private let store: Store
    private let blockSize = 131_072

    init() throws {
      directory = try TemporaryDirectory()
      sample = try SampleStore(blockSize: UInt32(blockSize))
      store = try Store.create(
        at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
    }

    private func ask(_ mount: ServedMount) throws -> ServerStatus {
      try StatusQuery().ask(mount.path)
    }

    /// The status once everything that was answered is counted.
    private func settled(
      _ mount: ServedMount, _ condition: (ServerStatus) -> Bool
    ) throws -> ServerStatus {
      _ = try mount.wait { condition(try ask(mount)) }
      return try ask(mount)
    }

    @Test("has exactly what was read, as another who counts has seen it")
    func counts() throws {
      let content = SampleBytes.noise(10 * blockSize, seed: 7)
      try sample.publish(["a"], [SampleMember("big", .file(content))], in: store)
      let pack = try #require(try store.newest().packs.first)
      let storedSize = Int(try store.pack(pack.id).dataByteCount())
      let metered = MeteredDirectory(store.directory)
      try ServedMount.run(
        [ServedStore(metered)], in: directory, options: { $0.interval = 3600 }
      ) { mount in
        let before = try ask(mount)
        #expect(before.stores.first?.uses["open"] == 0 && before.stores.first?.uses["read"] == 0)
        #expect(before.starts.isEmpty && before.requests.kinds["read"] == nil)
        let file = mount.path.appending("images/a/root/big")
        for _ in 0..<2 {
          #expect(try readBytes(file) == content)
        }
        let status = try settled(mount) { $0.requests.readBytes >= UInt64(content.count) }
        #expect(status.problems.isEmpty)
        let seen = try #require(status.stores.first)
        // One pack, ten blocks of ten, each once; and there is no start bundle.
        #expect(seen.uses["open"] == 2)
        #expect(seen.uses["read"] == 10)
        #expect(seen.readLatency.count == 10)
        #expect(metered[.packs].opens == 1 && metered[.packs].reads == 10)
        #expect(metered[.packs].bytes == storedSize)
        let all = StoreArea.allCases.map { metered[$0] }
        #expect(seen.reads == UInt64(all.reduce(0) { $0 + $1.reads }))
        #expect(seen.readBytes == UInt64(all.reduce(0) { $0 + $1.bytes }))
        let absent = (seen.uses["load"] ?? 0) - (seen.reads - 10) + 1
        #expect(seen.opens - absent == UInt64(all.reduce(0) { $0 + $1.opens }))
        #expect(status.cache?.misses == 10)
        #expect(status.cache?.bytes == UInt64(10 * blockSize))
        #expect(
          status.requests.readBytes == UInt64(content.count), "the second time is the kernel's")
        let start = try #require(status.starts.first)
        #expect(status.starts.count == 1 && start.image == "a")
        #expect(start.opens == 3 && start.reads == 11)
        let object = metered[.images].bytes
        #expect(start.readBytes == UInt64(storedSize + object))
        #expect(status.startTotals.count == 1 && status.startTotals.reads == 11)
      }
    }

    @Test("says which store, generation, images and lease there are, and follows them")
    func stores() throws {
      try sample.publish(["a"], in: store)
      let away = PosixDirectory(directory.path.appending("away"))
      try ServedMount.run([ServedStore(store), ServedStore(away)], in: directory) { mount in
        let status = try settled(mount) { $0.stores.first?.lease?.state == .held }
        #expect(status.mount == mount.path.string && status.pid == processIdentifier())
        #expect(status.command == "serve" && status.format == 1)
        let first = try #require(status.stores.first)
        #expect(first.state == .shown && first.generation == 2 && first.images == 1)
        #expect(first.directory == store.directory.location)
        let lease = try #require(first.lease)
        #expect(lease.generation == 2)
        #expect((lease.expiresAt ?? 0) > WallClock.seconds() + 86_000)
        #expect(status.stores.last?.state == .failing)
        #expect(status.problems.count == 1)
        #expect(status.problems.first?.contains("\(away.location) cannot be read: ") == true)
        try sample.publish(["b"], in: store)
        let later = try settled(mount) { $0.stores.first?.generation == 3 }
        #expect(later.stores.first?.generation == 3 && later.stores.first?.images == 2)
      }
    }

    @Test("tells bad blocks, and what became of them")
    func losses() throws {
      let content = SampleBytes.noise(2 * blockSize, seed: 9)
      try sample.publish(["a"], [SampleMember("big", .file(content))], in: store)
      let packs = directory.path.appending("store/packs")
      let pack = packs.appending(try #require(try Paths.list(packs).first))
      try Paths.setMode(pack, 0o644)
      let file = try OwnedDescriptor(opening: pack, .readWrite)
      // In the middle of the first block, which is noise and stored as it is.
      let byte = try file.readBytes(at: 8192, count: 1)[0]
      try file.writeAll([byte ^ 1].span.bytes, at: 8192)
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        let big = try OwnedDescriptor(opening: mount.path.appending("images/a/root/big"))
        posix_fadvise(big.rawValue, 0, 0, POSIX_FADV_RANDOM)
        #expect(throws: SystemError.self) { _ = try big.readBytes(at: 4096, count: 4096) }
        let status = try settled(mount) { $0.requests.failures > 0 }
        let seen = try #require(status.stores.first)
        #expect(seen.losses == status.requests.failures)
        #expect(seen.retries == seen.losses && seen.mismatches == 2 * seen.losses)
        #expect(seen.losses >= 1 && seen.failures == 0)
        #expect(status.problems.first?.contains("firn fsck --data") == true)
        #expect(try big.readBytes(at: UInt64(blockSize) + 4096, count: 100).count == 100)
      }
    }

    @Test("can be asked for by everybody, who are not told of images that are not for them")
    func visibility() throws {
      try #require(RealUsers.shared != nil, "needs useradd")
      let stranger = try #require(RealUsers.shared?.stranger)
      for name in ["open", "secret"] { try sample.publish([name], in: store) }
      try store.publish("access") { catalog throws(StoreError) in
        try catalog.changing("secret", access: ImageAccess(owner: 0, group: 0, visibility: .owner))
      }
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        for name in ["open", "secret"] {
          _ = try readBytes(mount.path.appending("images/\(name)/root/empty"))
          _ = try readBytes(mount.path.appending("images/\(name)/config.json"))
        }
        let own = try settled(mount) { $0.starts.count == 2 }
        #expect(Set(own.starts.map(\.image)) == ["open", "secret"])
        let status = try FileStatus(of: mount.path)
        let socket = StatusPlace.root.socket(ofDevice: status.device)
        #expect(try FileStatus(of: socket).mode == 0o666)
        let script = """
          import socket; s = socket.socket(socket.AF_UNIX); s.connect('\(socket)')
          print(b''.join(iter(lambda: s.recv(65536), b'')).decode())
          """
        let text = try RealUsers.shell(as: stranger, "/usr/bin/python3 -c \"\(script)\"")
        let told = try #require(StatusQuery.decode(Array(text.utf8)))
        #expect(told.starts.count == 2)
        #expect(told.starts.compactMap(\.image) == ["open"])
        #expect(!text.contains("secret"))
        #expect(try !readText(socketMetrics(mount)).contains("secret"))
      }
    }

    /// The metrics of a mount, in a file.
    private func socketMetrics(_ mount: ServedMount) throws -> FilePath {
      try directory.write("metrics", Array(try ask(mount).metrics.utf8))
    }

    @Test("is offered as metrics, in a file and to web clients, until the end")
    func metrics() throws {
      try sample.publish(["a"], in: store)
      let file = directory.path.appending("firn.prom")
      try ServedMount.run(
        [ServedStore(store)], in: directory, options: { $0.metrics = .file(file) }
      ) { mount in
        let page = try PrometheusParser(try readText(file))
        #expect(page.value("firn_store_generation") == 2)
        #expect(try FileStatus(of: file).mode == 0o644)
      }
      #expect(!Paths.exists(file))
      let port = try ListeningSocket(at: LoopbackAddress(.version4, port: 0)).port
      let address = LoopbackAddress(.version4, port: port)
      try ServedMount.run(
        [ServedStore(store)], in: directory, options: { $0.metrics = .socket(address) }
      ) { mount in
        _ = try Paths.list(mount.path.appending("images"))
        let answer = try ChildProcess(running: "curl", ["-sf", "http://\(address)/metrics"])
        #expect(answer.exitStatus == 0)
        let page = try PrometheusParser(answer.output)
        #expect((page.value("firn_fuse_request_seconds_count", ["kind": "lookup"]) ?? 0) > 0)
        #expect(page.value("firn_store_up") == 1)
        #expect(throws: SystemError.self) { _ = try ListeningSocket(at: address) }
      }
      _ = try ListeningSocket(at: address)
    }

    @Test("has a socket that takes the place of a killed server's, and goes with the server")
    func socket() throws {
      try sample.publish(["a"], in: store)
      var path: FilePath?
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        let socket = StatusPlace.root.socket(ofDevice: try FileStatus(of: mount.path).device)
        path = socket
        #expect(try FileStatus(of: socket).kind == .other)
        #expect(try ask(mount).problems.isEmpty)
        #expect(StatusQuery().askAll().contains { (try? $0.get().mount) == mount.path.string })
        // As when it was killed: the name is there, and nobody listens.
        do { _ = try ListeningSocket(at: socket, mode: 0o666) }
        #expect(throws: StatusError.gone(mount.path)) { _ = try ask(mount) }
        let quiet = try ListeningSocket(at: socket, mode: 0o666)
        let start = MonotonicClock.seconds()
        #expect(throws: StatusError.noAnswer(mount.path)) {
          _ = try StatusQuery(within: 0.3).ask(mount.path)
        }
        #expect(MonotonicClock.seconds() - start < 5)
        quiet.removeName()
        #expect(throws: StatusError.notReachable(mount.path)) { _ = try ask(mount) }
        let other = try SocketServer(try ListeningSocket(at: socket, mode: 0o666)) { _, _ in
          Array("{\"format\":2}".utf8)
        }
        #expect(throws: StatusError.notUnderstood(mount.path)) { _ = try ask(mount) }
        other.end()
      }
      #expect(!Paths.exists(try #require(path)))
      #expect(throws: StatusError.notMounted(directory.path)) {
        _ = try StatusQuery().ask(directory.path)
      }
    }
  }
}

extension MountedTests {
  @Suite("The status of a server under stress", .enabled(if: canMount, "needs root and /dev/fuse"))
  struct StatusUnderStressTests {
    private let directory: TemporaryDirectory
    private let store: Store

    init() throws {
      directory = try TemporaryDirectory()
      let sample = try SampleStore()
      store = try Store.create(
        at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
      let files = (0..<40).map {
        SampleMember("f\($0)", .file(SampleBytes.noise(5000, seed: UInt64($0))))
      }
      try sample.publish(["a"], files, in: store)
    }

    @Test("is told at once while a store hangs, and says so")
    func hanging() throws {
      let hang = Hang()
      defer { hang.release() }
      let slow = FaultyDirectory(
        store.directory,
        Fault(.matching { $0.call == .readOpen && $0.area == .packs }, .hang(hang)))
      let dead = FaultyDirectory(try memoryStore().directory, Fault(.every(.read), .hang(hang)))
      try ServedMount.run([ServedStore(slow), ServedStore(dead)], in: directory) { mount in
        let file = mount.path.appending("images/a/root/f1")
        let reader = try JoinableThread { _ = try? readBytes(file) }
        hang.waitUntilReached()
        let start = MonotonicClock.seconds()
        for _ in 0..<20 {
          let status = try StatusQuery().ask(mount.path)
          #expect(status.stores.map(\.state) == [.shown, .waiting])
          #expect(status.problems.last == "\(dead.location) has not been read yet")
          #expect(status.stores.first?.uses["read"] == 0, "it is under way")
        }
        #expect(MonotonicClock.seconds() - start < 2)
        // The start has waited for ten seconds, so that what hung there is known to hang.
        let hangs = "\(dead.location) hangs: an operation on it has been waited for"
        #expect(
          try mount.wait {
            try StatusQuery().ask(mount.path).problems.contains { $0.hasPrefix(hangs) }
          })
        hang.release()
        reader.join()
        #expect(try mount.wait { try StatusQuery().ask(mount.path).problems.isEmpty })
      }
    }

    @Test("only ever grows, whoever asks while others read")
    func growing() throws {
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        let readers = try (0..<2).map { number in
          try JoinableThread {
            for round in 0..<20 {
              let file = mount.path.appending("images/a/root/f\((round * 2 + number) % 40)")
              _ = try? readBytes(file)
              _ = try? FileStatus(of: mount.path.appending("images/a/root/none\(round)"))
            }
          }
        }
        let askers = try (0..<3).map { _ in
          try JoinableThread {
            var last: ServerStatus?
            for _ in 0..<30 {
              guard let status = try? StatusQuery().ask(mount.path) else {
                Issue.record("no answer")
                return
              }
              if let last {
                #expect(status.requests.count >= last.requests.count)
                #expect(status.requests.readBytes >= last.requests.readBytes)
                #expect(
                  (status.stores.first?.readBytes ?? 0) >= (last.stores.first?.readBytes ?? 0))
                #expect(status.uptime >= last.uptime)
              }
              last = status
            }
          }
        }
        for thread in readers + askers { thread.join() }
        let status = try StatusQuery().ask(mount.path)
        #expect(status.requests.readBytes >= 40 * 5000)
        // Two who need a pack at the same moment open it twice.
        #expect((1...2).contains(status.stores.first?.uses["open"] ?? 0))
        #expect(status.starts.count == 1)
      }
    }

    private func metrics(_ address: LoopbackAddress) throws -> ChildProcess {
      try ChildProcess(running: "curl", ["-sf", "http://\(address)/metrics"])
    }

    @Test("is there for a plain mount, also as metrics once another server gives up their address")
    func plainMount() throws {
      let meter = StoreMeter()
      let counted = store.counted(by: meter)
      let record = try counted.newest().images[0]
      let content = StoreContent(
        counted, cacheSize: 1 << 20, meter: meter, logger: RecordingLog().logger)
      let image = try LoadedImage(try counted.imageObject(record.object), source: content)
      let path = directory.path.appending("plain")
      try Paths.makeDirectory(path)
      var server = MountServer(at: path, name: "a", logger: RecordingLog().logger)
      server.version = "9.9"
      let address = LoopbackAddress(
        .version4, port: try ListeningSocket(at: LoopbackAddress(.version4, port: 0)).port)
      let former = try MetricsOutput(.socket(address), logger: RecordingLog().logger)
      (server.metrics, server.waitsForMetrics) = (.socket(address), true)
      server.parts = {
        var parts = ServerParts()
        parts.stores = [StoreStatus(directory: "here", meter.counts())]
        return parts
      }
      let (running, ready, fileSystem) = (
        server, WakeUp(), VolumeFileSystem(image.volume, content: image)
      )
      let thread = try JoinableThread {
        do { try running.run(fileSystem) { ready.now() } } catch { Issue.record(error) }
      }
      _ = ready.wait(seconds: 20)
      defer {
        try? Mounts.detach(path)
        thread.join()
      }
      _ = try readBytes(path.appending("f7"))
      #expect(try metrics(address).exitStatus == 0, "another server still has the address")
      former.end()
      for _ in 0..<100 where try metrics(address).exitStatus != 0 {
        WallClock.pause(milliseconds: 50)
      }
      let page = try PrometheusParser(try metrics(address).output)
      #expect(page.value("firn_build_info", ["version": "9.9", "command": "mount"]) == 1)
      let status = try StatusQuery().ask(path)
      #expect(status.command == "mount" && status.version == "9.9")
      let seen = try #require(status.stores.first)
      #expect(seen.lease == nil && seen.generation == nil && seen.uses["open"] == 1)
      // A file of 5,000 bytes: a block, and a piece of another.
      #expect(seen.uses["read"] == 2)
      #expect(status.cache == nil && status.starts.isEmpty)
    }
  }
}
