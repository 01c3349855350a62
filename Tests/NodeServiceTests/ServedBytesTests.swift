import Digests
import ImageSamples
import Linux
import NodeService
import Store
import StoreSimulation
import SystemPackage
import Testing

@Suite("What a node serves of a damaged store")
struct ServedBytesTests {
  private let directory: MemoryDirectory
  private let store: Store
  private let image: ImageRecord

  init() throws {
    (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2], small: ["one", "two"]).publish(to: store)
    image = try store.newest().images[0]
  }

  /// All content of the image, read with nothing in memory.
  private func content(_ damaged: MemoryDirectory) throws -> [[UInt8]] {
    let store = try Store.open(damaged, surroundings: testSurroundings())
    let reader = StoreContent(store, cacheSize: 0, logger: RecordingLog().logger)
    let object = try reader.object(of: image)
    guard object.rootIdentity == image.rootIdentity else { return [[0]] }
    return try object.blocks.map {
      try reader.content(
        of: $0.record, at: object.location(of: $0), parameters: object.parameters
      ).withBytes { $0.withUnsafeBytes { Array($0) } }
    }
  }

  @Test(
    "is right or an error, whichever byte of a pack or an object is wrong",
    arguments: [0xFF, 0x01, 0x80] as [UInt8])
  func flips(mask: UInt8) throws {
    let good = try content(directory)
    #expect(good.count == 3)
    var refused = 0
    for path in directory.paths where path.area == .packs || path.area == .images {
      for offset in 0..<(directory.bytes(path)?.count ?? 0) {
        let damaged = directory.copy()
        damaged.tamper(path) { $0[offset] ^= mask }
        do {
          let found = try content(damaged)
          if found != good { Issue.record("\(path) at \(offset): served other bytes") }
        } catch let error as Errno {
          #expect(error == .ioError, "\(path) at \(offset)")
          refused += 1
        }
      }
    }
    #expect(refused > 5000)
  }

  @Test("is right or an error, wherever a file ends", arguments: 0..<20)
  func cuts(part: Int) throws {
    let good = try content(directory)
    for path in directory.paths where path.area == .packs || path.area == .images {
      let damaged = directory.copy()
      damaged.tamper(path) { $0.removeLast($0.count * part / 20 + 1) }
      let found = try? content(damaged)
      #expect(found == nil || found == good, "\(path) without its last \(part) twentieths")
    }
  }
}
