import FUSE
import ImageSamples
import Linux
import Store
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import NodeService

/// What a file system does at the moment, which a test changes.
private final class Weather: Sendable {
  enum Kind { case fair, hanging, failing(Errno) }

  private let kind = Mutex(Kind.fair)
  private let reads = Atomic(0)

  /// How many reads of packs were begun.
  var count: Int { reads.load(ordering: .relaxed) }

  func set(_ kind: Kind) { self.kind.withLock { $0 = kind } }

  func verdict(_ operation: StoreOperation) -> GatedDirectory.Verdict {
    reads.add(1, ordering: .relaxed)
    while true {
      switch kind.withLock({ $0 }) {
      case .fair: return .proceed
      case .failing(let error): return .fail(error)
      case .hanging: WallClock.pause(milliseconds: 5)
      }
    }
  }
}

extension MountedTests {
  @Suite("while the shared file system is dead", .serialized, .enabled(if: canMount))
  struct DeadStoreTests {
    /// A mount of an image with many files of one block each, of which the first is in memory, and
    /// what its store's file system does.
    private func withMount(_ body: (ServedMount, FilePath, Weather) throws -> Void) throws {
      let directory = try TemporaryDirectory()
      let sample = try SampleStore()
      let weather = Weather()
      let base = PosixDirectory(directory.path.appending("store"))
      let store = try Store.create(at: base, parameters: sample.parameters)
      let members = (0..<8).map {
        SampleMember("file-\($0)", .file(SampleBytes.noise(4096, seed: UInt64($0))))
      }
      try sample.publish(["one"], members, in: store)
      let gated = GatedDirectory(base) { weather.verdict($0) }
      try ServedMount.run([ServedStore(gated)], in: directory, options: { $0.leaseSeconds = 0 }) {
        (mount) throws in
        defer { weather.set(.fair) }
        try body(mount, mount.path.appending("images/one/root"), weather)
      }
    }

    private func read(_ path: FilePath) throws -> [UInt8] {
      let file = try OwnedDescriptor(opening: path)
      return try file.readBytes(at: 0, count: Int(try file.status().size))
    }

    private func files(_ root: FilePath) throws -> [FilePath] {
      try Paths.list(root).map { root.appending($0) }.filter {
        let status = try FileStatus(of: $0)
        return status.kind == .regular && status.size > 0
      }
    }

    @Test("reads that hang do not stop what is in memory, and are answered when it is back")
    func hanging() throws {
      try withMount { (mount, root, weather) throws in
        let all = try files(root)
        let cold = try #require(all.last)
        let warm = try #require(all.first)
        let content = try read(warm)
        weather.set(.hanging)
        let answers = Mutex<[Int]>([])
        let readers = try (0..<40).map { _ in
          try JoinableThread {
            let count = (try? self.read(cold))?.count ?? -1
            answers.withLock { $0.append(count) }
          }
        }
        WallClock.pause(milliseconds: 300)
        let begin = MonotonicClock.seconds()
        #expect(try read(warm) == content)
        #expect(try files(root).count == all.count)
        #expect(try Paths.list(mount.path.appending("self/overlay")).count > 1)
        #expect(MonotonicClock.seconds() - begin < 2)
        #expect(answers.withLock { $0.isEmpty }, "what needs the store waits")
        weather.set(.fair)
        for reader in readers { reader.join() }
        let size = Int(try FileStatus(of: cold).size)
        #expect(answers.withLock { $0 } == Array(repeating: size, count: 40))
      }
    }

    @Test(
      "a failure that passes is bridged, and nobody notices",
      arguments: [Errno.ioError, .staleNFSFileHandle, .socketNotConnected, .timedOut])
    func bridged(error: Errno) throws {
      try withMount { (mount, root, weather) throws in
        let cold = try #require(try files(root).last)
        weather.set(.failing(error))
        let end = try JoinableThread {
          WallClock.pause(milliseconds: 700)
          weather.set(.fair)
        }
        #expect(try read(cold).count == Int(try FileStatus(of: cold).size))
        end.join()
        #expect(weather.count > 3)
        #expect(!mount.log.lines.contains { $0.contains("a block cannot be read") })
      }
    }
  }
}

@Suite("A store that fails for long")
struct FailingStoreTests {
  @Test("is EIO with one line, asks little, stops nothing in memory, and is told when it is back")
  func longOutage() throws {
    let disk = try DiskStore()
    let (log, weather) = (RecordingLog(), Weather())
    let path = disk.directory.path.appending("store")
    let store = try Store.open(GatedDirectory(PosixDirectory(path)) { weather.verdict($0) })
    let reader = StoreContent(
      store,
      StoreContent.Context(
        cache: StoreContent.makeCache(limit: 1 << 20, blockSize: 4096),
        outage: Outage(patience: 0.2), logger: log.logger))
    func content(_ index: Int) throws -> [UInt8] {
      try reader.content(
        of: disk.records[index], at: disk.locations[index], parameters: disk.store.parameters
      ).array
    }
    #expect(try content(0) == disk.contents[0])
    weather.set(.failing(.ioError))
    for index in 1..<5 { #expect(throws: Errno.ioError) { _ = try content(index) } }
    #expect(log.lines.filter { $0.contains("a block cannot be read") }.count == 1)
    let before = weather.count
    #expect(throws: Errno.ioError) { _ = try content(5) }
    #expect(weather.count - before <= 4, "no pauses and no more than two tries")
    #expect(try content(0) == disk.contents[0])
    weather.set(.fair)
    for index in 0..<10 { #expect(try content(index) == disk.contents[index]) }
    #expect(log.lines.filter { $0.contains("can be read again") }.count == 1)
  }
}
