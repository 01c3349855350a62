import Digests
import ImageSamples
import Linux
import Store
import StoreSimulation
import SystemPackage
import Testing

@testable import ImageTree
@testable import NodeService

@Suite("The starts of images")
struct ImageStartsTests {
  private func record(_ number: Int, names: [String] = []) -> ImageRecord {
    let digest = SHA256Digest.of(Array("image \(number)".utf8).span.bytes)
    return ImageRecord(
      object: digest, rootIdentity: digest, names: names, digests: [], attributes: [:],
      logicalSize: 0, created: 0)
  }

  private func read(_ start: StartMeter?, _ count: Int) {
    start?.note(.read)
    start?.noteBytes(count)
  }

  @Test("are counted once, and go on when an object is let go of and read again")
  func once() throws {
    let starts = ImageStarts()
    let first = try #require(starts.begin(record(1, names: ["one"])))
    first.note(.open)
    read(first, 100)
    #expect(starts.begin(record(1, names: ["one"])) === first)
    #expect(first.image == "one" && first.isForEverybody)
    let second = try #require(starts.begin(record(2)))
    read(second, 11)
    #expect(starts.latest.map { $0.cost.bytes } == [11, 100])
    #expect(starts.total.count == 2)
    #expect(starts.total.cost == StartCost(opens: 1, reads: 2, bytes: 111))
  }

  @Test("that failed are none")
  func failed() throws {
    let starts = ImageStarts()
    let start = try #require(starts.begin(record(1)))
    starts.cancel(start)
    #expect(starts.latest.isEmpty && starts.total.count == 0)
    #expect(starts.begin(record(1)) != nil)
    #expect(starts.total.count == 1)
  }

  @Test("are remembered one by one up to a number, and all of them in the sum")
  func many() throws {
    let starts = ImageStarts()
    for number in 0..<100 { read(starts.begin(record(number)), number) }
    #expect(starts.latest.count == ImageStarts.most)
    #expect(starts.latest.first?.cost.bytes == 99)
    #expect(starts.total.count == 100)
    #expect(starts.total.cost == StartCost(reads: 100, bytes: 4950))
    #expect(starts.begin(record(0)) == nil, "it was long ago")
  }

  @Test("have what was read for the image, and not what was in memory or read for another")
  func attribution() throws {
    let (store, directory) = try memoryStore()
    let shared = ["the same"]
    try Sample("a", blocks: [1, 2, 3], small: shared).publish(to: store)
    try Sample("b", blocks: [3, 4], small: shared).publish(to: store)
    let meter = StoreMeter()
    let starts = ImageStarts()
    let content = StoreContent(
      store.counted(by: meter),
      StoreContent.Context(
        cache: StoreContent.makeCache(limit: 1 << 20, blockSize: 4096),
        meter: meter, counted: starts, logger: RecordingLog().logger))
    let images = try store.newest().images.sorted {
      ($0.names.first ?? "") < ($1.names.first ?? "")
    }
    for image in images {
      let source = content.source(of: image)
      let object = try source.object(of: image)
      for _ in 0..<2 {
        for block in object.blocks {
          _ = try source.content(
            of: block.record, at: object.location(of: block), parameters: object.parameters)
        }
      }
    }
    let costs = starts.latest.reversed().map(\.cost)
    // Objects and blocks; packs are opened for the first who needs them.
    #expect(costs.map(\.reads) == [1 + 4, 1 + 1])
    #expect(costs.map(\.opens) == [1 + 1, 1 + 1])
    let objects = directory.paths.filter { $0.area == .images }
    let objectBytes = objects.reduce(0) { $0 + (directory.bytes($1)?.count ?? 0) }
    #expect(costs.allSatisfy { $0.bytes > 0 })
    #expect(costs.reduce(0) { $0 + Int($1.bytes) } > objectBytes)
    let total = starts.total.cost
    let counts = meter.counts()
    #expect(
      total == StartCost(opens: counts.opens, reads: counts.readCount, bytes: counts.readBytes))
  }
}
