import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import Consistency
@testable import Store

@Suite("A check of a store")
struct ConsistencyCheckTests {
  @Test("finds nothing in a good store")
  func clean() throws {
    let (store, _) = try sampleStore()
    let report = check(store)
    #expect(report.problems == [])
    #expect(report.notes == [])
    #expect(report.checkedPacks == 3)
    #expect(report.generation == 5)
    #expect(report.verdict == .clean)
  }

  @Test("names a damaged block by pack and offset, and exactly the images that use it")
  func block() throws {
    let (store, directory) = try sampleStore()
    let catalog = try store.newest()
    let object = try store.imageObject(catalog.image("b").object)
    // Of the two blocks of the first image's pack that the second one uses, too, and one it does not.
    let packs = Dictionary(uniqueKeysWithValues: catalog.packs.map { ($0.id, $0) })
    let first = try store.imageObject(catalog.image("a").object)
    let records = object.blocks.map(\.record)
    let shared = try #require(first.blocks.first { records.contains($0.record) })
    let own = try #require(first.blocks.first { !records.contains($0.record) })
    let pack = try #require(packs[first.packs[0]])
    for block in [shared, own] { directory.tamper(pack.path) { $0[Int(block.offset) + 3] ^= 4 } }
    let report = check(store)
    #expect(report.problems.count == 2)
    let names = { (block: ImageObject.Block) in
      let problem = report.problems.first { $0.offset == block.offset }
      return try (problem?.images ?? []).map { try catalog.image($0).names[0] }.sorted()
    }
    #expect(try names(shared) == ["a", "b"])
    #expect(try names(own) == ["a"])
    #expect(report.problems.allSatisfy { $0.path == pack.path && $0.kind == .damaged })
    #expect(report.images.map(\.names) == [["a"], ["b"]])
    #expect(report.images.map(\.problems) == [2, 1])
    #expect(report.verdict == .damaged)
  }

  @Test("names the images that a missing pack, object or retired object takes with it")
  func missing() throws {
    let (store, directory) = try sampleStore()
    let catalog = try store.newest()
    let retired = try #require(catalog.retired.first)
    let shared = try #require(catalog.packs.first { catalog.images(countingOn: $0).count == 2 })
    let cases = [
      (try catalog.image("a").path, ["a"]), (retired.image.path, ["c"]), (shared.path, ["a", "b"]),
    ]
    for (path, names) in cases {
      let copy = directory.copy()
      copy.remove(path)
      let report = check(try Store.open(copy, surroundings: testSurroundings()))
      #expect(report.problems.map(\.path) == [path])
      #expect(report.problems.map(\.kind) == [.missing])
      #expect(report.images.flatMap(\.names).sorted() == names)
      #expect(report.images.allSatisfy { $0.isRetired == (names == ["c"]) })
    }
  }

  @Test("only notes what nobody counts on", arguments: [true, false])
  func notes(_ isCondemned: Bool) throws {
    let (store, directory) = try sampleStore()
    let retired = try #require(try store.newest().retired.first)
    let pack = try #require(
      try store.newest().packs.first { retired.image.packs.contains($0.number) })
    try store.publish("condemn") { (catalog) throws(StoreError) in
      let next = catalog.condemning(objects: [retired.image.object], packs: [pack.id])
      return isCondemned ? next : next.dropping(objects: [retired.image.object], packs: [pack.id])
    }
    if isCondemned {
      directory.remove(pack.path)
      directory.remove(retired.image.path)
    }
    let report = check(store)
    #expect(report.problems == [])
    #expect(report.verdict == .clean)
    let own = report.notes.filter { [pack.path, retired.image.path].contains($0.path) }
    #expect(own.map(\.kind) == Array(repeating: isCondemned ? .missing : .unlisted, count: 2))
  }

  @Test("goes on where one that was stopped had come to")
  func resumes() throws {
    try withTemporaryPath { path in
      let (store, directory) = try sampleStore()
      let packs = try store.newest().packs
      directory.tamper(packs[0].path) { $0[30] ^= 1 }
      let file = path.appending("record")
      let reads = Mutex(0)
      var options = ConsistencyCheck.Options()
      options.checksData = true
      options.record = try ScanRecord(at: file, of: store, resuming: true)
      options.isCancelled = {
        reads.withLock { count in
          count += 1
          return count > 2
        }
      }
      let stopped = ConsistencyCheck(store, options, logger: quiet).run()
      #expect(!stopped.isComplete)
      #expect(stopped.checkedPacks == 2)

      let record = try ScanRecord(at: file, of: store, resuming: true)
      #expect(record.finished.count == 2)
      directory.forgetOperations()
      options.record = record
      let progress = Mutex<[CheckProgress]>([])
      options.isCancelled = { false }
      let resumed = ConsistencyCheck(store, options, logger: quiet) { step in
        progress.withLock { $0.append(step) }
      }.run()
      #expect(resumed.isComplete)
      #expect(resumed.checkedPacks == 3)
      #expect(resumed.problems.map(\.path) == [packs[0].path], "found by the first check")
      #expect(resumed.problems.map(\.offset) == [16])
      let total = packs.reduce(0) { $0 + $1.size }
      guard case .data(let done, total)? = progress.withLock({ $0.last }) else {
        Issue.record("no progress was shown")
        return
      }
      #expect(done > total / 2)
      #expect(try ScanRecord(at: file, of: store, resuming: true).finished.isEmpty)
    }
  }

  @Test("reads no faster than it may, whatever the number of threads")
  func rate() throws {
    let (store, _) = try sampleStore()
    let time = Mutex(0.0)
    var options = ConsistencyCheck.Options()
    options.checksData = true
    options.threads = 4
    options.rate = RateLimit(
      bytesPerSecond: 1000, clock: { time.withLock { $0 } },
      sleep: { seconds in time.withLock { $0 += seconds } })
    let report = ConsistencyCheck(store, options, logger: quiet).run()
    #expect(report.checkedPacks == 3)
    let sizes = try store.newest().packs.map {
      Double(try PackCheck($0, of: store).byteCount) / 1000
    }
    #expect(time.withLock { $0 } >= sizes.reduce(0, +) - (sizes.max() ?? 0) - 0.01)
  }

  @Test("with many threads finds the same as with one", arguments: [1, 2, 7])
  func threads(_ count: Int) throws {
    let (store, directory) = try sampleStore()
    for pack in try store.newest().packs {
      for block in try store.pack(pack.id).trailer().blocks.dropFirst() {
        directory.tamper(pack.path) { $0[Int(block.offset)] ^= 1 }
      }
    }
    var options = ConsistencyCheck.Options()
    options.checksData = true
    options.threads = count
    let report = ConsistencyCheck(store, options, logger: quiet).run()
    let expected = try store.newest().packs.flatMap { pack in
      try store.pack(pack.id).trailer().blocks.dropFirst().map { "\(pack.path) \($0.offset)" }
    }
    #expect(report.problems.map { "\($0.path) \($0.offset ?? 0)" } == expected)
  }
}
