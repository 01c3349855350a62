import Store
import StoreSimulation
import Testing

@testable import Accounting

@Suite("What the files of a store take")
struct StoreSizesTests {
  @Test("is the size of every file, listed or not, area by area")
  func all() throws {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    try Sample("b", blocks: [7]).publish(to: store)
    let staging = try store.stage(purpose: "test")
    let writer = try PackWriter(staging)
    let block = try PreparedBlock(Array("unlisted".utf8), store.parameters)
    try writer.append(block.record, stored: block.stored.span.bytes)
    _ = try writer.seal()
    _ = try store.takeLease(of: 1, for: 60, purpose: "test")
    let catalog = try store.newest()
    let sizes = try StoreSizes(of: store, catalog)
    for area in StoreArea.allCases {
      let files = directory.contents.filter { $0.key.area == area }
      #expect(sizes.areas[area]?.files == files.count, "\(area)")
      #expect(sizes.areas[area]?.bytes == UInt64(files.values.reduce(0) { $0 + $1.count }))
    }
    #expect(sizes.areas[.packs]?.files == 3)
    #expect(sizes.total.files == directory.contents.count)
    staging.finish()
  }

  @Test("asks for no size that is known")
  func known() throws {
    let (store, directory) = try memoryStore()
    for number in 0..<4 { try Sample("\(number)", blocks: [UInt64(number)]).publish(to: store) }
    let catalog = try store.newest()
    let usage = try BlockUsage(of: catalog, from: store)
    #expect(usage.objectSizes.count == 4)
    directory.forgetOperations()
    _ = try StoreSizes(of: store, catalog, objectSizes: usage.objectSizes)
    let opened = directory.operations.filter { $0.hasPrefix("open") }
    let ours = opened.filter { $0.contains("packs") || $0.contains("index/") }
    #expect(ours == [])
    #expect(!opened.contains { $0.contains("images") })
    #expect(opened.contains { $0.contains("layers") })
  }

  @Test("passes over a file that goes meanwhile")
  func gone() throws {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    let catalog = try store.newest()
    let before = try StoreSizes(of: store, catalog)
    let layer = try #require(directory.paths.first { $0.area == .layers })
    let vanishing = GatedDirectory(directory) { operation in
      if operation.call == .open, operation.path == layer { directory.remove(layer) }
      return .proceed
    }
    let other = try Store.open(vanishing, surroundings: testSurroundings())
    let after = try StoreSizes(of: other, catalog)
    #expect(after.areas[.layers]?.files == (before.areas[.layers]?.files ?? 0) - 1)
  }
}
