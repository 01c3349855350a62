import Digests
import Linux
import StoreSimulation
import SystemPackage
import Testing

@testable import Store

/// Not a test of correctness: prints the tables of `benchmarks/store/README.md`.
///
/// Runs only with `FIRN_MEASURE_STORE` set to a directory with room for so many rows of 72 bytes,
/// twice.
@Suite(
  "The index measured", .enabled(if: environmentVariable("FIRN_MEASURE_STORE") != nil),
  .serialized)
struct IndexMeasurement {
  private func withStore(_ body: (Store) throws -> Void) throws {
    let parent = try #require(environmentVariable("FIRN_MEASURE_STORE"))
    let path = FilePath(parent).appending("firn-measure-\(Token.random())")
    defer { Paths.removeTree(path) }
    try body(
      try Store.create(at: PosixDirectory(path), parameters: StoreParameters(level: 3)))
  }

  /// A key near the place that its number has among so many.
  private func key(_ number: Int, of count: Int) -> SHA256Digest {
    let step = UInt64.max / UInt64(count)
    var random = RandomNumbers(seed: UInt64(number))
    let word = UInt64(number) * step + random.next() % step
    var bytes = (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    bytes += [UInt8](repeating: 7, count: 24)
    return SHA256Digest(bytes: bytes) ?? testDigest(0)
  }

  /// Writes a run with every so-manieth key.
  private func write(
    _ count: Int, step: Int = 1, from first: Int = 0, to store: Store
  ) throws -> IndexRunRecord {
    let staging = try store.stage(purpose: "measure")
    defer { staging.finish() }
    let pack = PackID(testDigest(1))
    var writer = try IndexRunWriter(staging)
    for number in stride(from: first, to: count, by: step) {
      let record = BlockRecord(
        content: key(number, of: count), checksum: .of([1].span.bytes),
        storedSize: StoredSize(byteCount: 1, isCompressed: false), size: 1)
      try writer.append(
        StoredBlock(
          block: record,
          location: BlockLocation(pack: pack, offset: 16, ordinal: UInt32(number))))
    }
    let run = try #require(try writer.finish())
    try store.publish("run", staging: staging) { (catalog) throws(StoreError) in
      catalog.adding(packs: [PackRecord(id: pack, size: 1 << 40)]).adding(run: run)
    }
    return run
  }

  @Test(
    "lookups in a run", arguments: [(5_000_000, true), (5_000_000, false), (50_000_000, false)])
  func lookups(_ count: Int, _ isWhole: Bool) throws {
    try withStore { store in
      let run = try write(count, to: store)
      let limits = isWhole ? BlockIndex.Limits(wholeRuns: .max) : BlockIndex.Limits()
      let before = resident()
      var loaded: BlockIndex?
      let loading = try seconds {
        loaded = try BlockIndex(loading: try store.newest(), of: store, limits: limits)
      }
      let index = try #require(loaded)
      let rounds = 100_000
      var random = RandomNumbers(seed: 1)
      let keys = (0..<rounds).map { _ in key(Int.random(in: 0..<count, using: &random), of: count) }
      var found = 0
      let first = seconds {
        for key in keys.prefix(1000) where index.block(key) != nil { found += 1 }
      }
      let hits = seconds { for key in keys where index.block(key) != nil { found += 1 } }
      let near = (0..<rounds).map { key($0 % count, of: count) }
      let ordered = seconds { for key in near where index.block(key) != nil { found += 1 } }
      #expect(found == 2 * rounds + 1000)
      print(
        """
        | \(count) | \(run.size >> 20) MiB | \(isWhole ? "whole" : "by pages") | \(loading) s \
        | \(Int(1000 / first)) | \(Int(Double(rounds) / hits)) | \(Int(Double(rounds) / ordered)) \
        | \(resident() - before) MiB |
        """)
    }
  }

  @Test("merging runs of ten million rows together")
  func merging() throws {
    try withStore { store in
      for first in 0..<9 { _ = try write(10_000_000, step: 9, from: first, to: store) }
      let before = resident()
      let staging = try store.stage(purpose: "measure")
      defer { staging.finish() }
      var rows: UInt64 = 0
      let time = try seconds { rows = try store.mergeIndexRuns(staging).indexRuns[0].blocks }
      print("| merge of 9 runs | \(rows) rows | \(time) s | \(resident() - before) MiB more |")
    }
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = MonotonicClock.seconds()
    try body()
    return ((MonotonicClock.seconds() - start) * 1000).rounded() / 1000
  }

  /// The memory of this process, in MiB.
  private func resident() -> Int {
    let text = (try? readBytes("/proc/self/status")).map { String(decoding: $0, as: UTF8.self) }
    let line = text?.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
  }
}
