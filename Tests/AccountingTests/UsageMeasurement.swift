import Digests
import Linux
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import Accounting

/// Not a test of correctness: prints the table of `benchmarks/store/README.md`.
///
/// Runs only with `FIRN_MEASURE_STORE` set.
@Suite(
  "Usage measured", .enabled(if: environmentVariable("FIRN_MEASURE_STORE") != nil), .serialized)
struct UsageMeasurement {
  private static let blocksPerPack = 60_000

  @Test("2,000 images and 50 million blocks", arguments: [(100, 2_500_000), (2000, 50_000_000)])
  func usage(_ images: Int, _ blocks: Int) throws {
    let source = GeneratedImages(images: images, blocks: blocks, perPack: Self.blocksPerPack)
    let catalog = try source.catalog()
    let before = try Memory.current()
    let making = try seconds {
      for image in catalog.images { _ = try source.imageBlocks(image.object) }
    }
    var usage: BlockUsage?
    let counting = try seconds { usage = try BlockUsage(of: catalog, from: source) }
    let found = try #require(usage)
    #expect(found.total.live.blocks == UInt64(source.expectedBlocks))
    var shares: BlockUsage?
    var own: UInt64 = 0
    let sharing = try seconds {
      let usage = try BlockUsage(of: catalog, from: source, findingShared: true)
      for image in catalog.images {
        own += try usage.usage(of: image, from: source)?.unique.blocks ?? 0
      }
      shares = usage
    }
    let after = try Memory.current()
    print(
      """
      | images | blocks | references | bitmap | live (s) | bitmaps | live and own (s) | \
      making up the tables (s, once) | memory before, peak after |
      | \(images) | \(found.total.live.blocks) | \(source.references) \
      | \(found.bitmapByteCount) | \(counting) | \(shares?.bitmapByteCount ?? 0) | \(sharing) \
      | \(making) | \(before.resident), \(after.peak) |
      own: \(own)
      """)
  }

  @Test("reading one object whole, and its blocks only")
  func reading() throws {
    let store = try Store.create(
      at: MemoryDirectory(), parameters: StoreParameters(level: 3))
    let staging = try store.stage(purpose: "measure")
    let object = try GeneratedImages(images: 1, blocks: 50_000, perPack: 60_000).object()
    let name = try staging.write(object)
    staging.finish()
    let rounds = 20
    let whole = try seconds { for _ in 0..<rounds { _ = try store.imageObject(name) } }
    let blocks = try seconds { for _ in 0..<rounds { _ = try store.imageBlocks(name) } }
    print("| object whole (ms) | its blocks only (ms) |")
    print("| \(whole / Double(rounds) * 1000) | \(blocks / Double(rounds) * 1000) |")
  }
}

/// What the kernel says of this process's memory, in MiB.
struct Memory {
  var resident: Int
  var peak: Int

  static func current() throws -> Memory {
    let text = String(decoding: try readBytes("/proc/self/status"), as: UTF8.self)
    func value(_ key: String) -> Int {
      let line = text.split(separator: "\n").first { $0.hasPrefix(key) }
      return (line?.split(whereSeparator: { !$0.isNumber }).first.flatMap { Int($0) } ?? 0) / 1024
    }
    return Memory(resident: value("VmRSS:"), peak: value("VmHWM:"))
  }
}

func seconds(_ body: () throws -> Void) rethrows -> Double {
  let start = MonotonicClock.seconds()
  try body()
  return ((MonotonicClock.seconds() - start) * 1000).rounded() / 1000
}
