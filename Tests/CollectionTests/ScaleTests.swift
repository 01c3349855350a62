import Digests
import StoreSimulation
import Synchronization
import Testing

@testable import Collection
@testable import Store

@Suite("A plan of a store of 2,000 images and 10,000 generations")
struct ScaleTests {
  private static let images = 2000
  private static let generations: UInt64 = 10_000

  private static func digest(_ number: Int) -> SHA256Digest {
    SHA256Digest.of(Array("\(number)".utf8).span.bytes)
  }

  /// The newest catalog: every image counts on a pack of its own and on one that two share; a
  /// quarter is retired, some packs are of nobody.
  private static func catalog() -> Catalog {
    var catalog = Catalog()
    for number in 1...images * 2 {
      var pack = PackRecord(id: PackID(digest(number)), size: UInt64(number) << 20)
      pack.number = UInt32(number)
      catalog.packs.append(pack)
    }
    catalog.packs.sort { $0.id < $1.id }
    catalog.nextPackNumber = UInt32(images * 2 + 1)
    for number in 1...images {
      var image = ImageRecord(
        object: digest(-number), rootIdentity: digest(number), names: ["image:\(number)"],
        digests: ["sha256:\(digest(number))"],
        attributes: ["listed": String(repeating: "x", count: 300)],
        logicalSize: 1 << 30, created: 1)
      image.number = UInt32(number)
      image.packs = [UInt32(number), UInt32(images + number / 2 + 1)]
      image.imported = 1
      if number % 4 == 0 {
        var entry = RetiredImage(image)
        entry.retired = 1
        catalog.retired.append(entry)
      } else {
        catalog.images.append(image)
      }
    }
    catalog.nextImageNumber = UInt32(images + 1)
    catalog.generation = generations
    catalog.operation = Operation(text: "last", writer: "w", time: Int64(generations), token: "t")
    return catalog
  }

  private struct OfGeneration: Encodable {
    var operation: Operation
  }

  private static func directory() throws -> MemoryDirectory {
    let world = try World()
    try Sample("a").publish(to: world.store)
    let object = try #require(
      world.directory.bytes(StorePath(.images, try world.store.newest().images[0].object.hex)))
    let directory = world.directory
    for path in world.files(.images) + world.files(.packs) + world.files(.index) {
      directory.remove(path)
    }
    func put(_ bytes: [UInt8], _ path: StorePath) throws {
      directory.remove(path)
      _ = try directory.create(path)
      directory.tamper(path) { $0 = bytes }
    }
    for number in 1..<generations {
      let operation = Operation(text: "", writer: "w", time: Int64(number), token: "")
      try put(try SealedText.encode(OfGeneration(operation: operation)), .generation(number))
    }
    try put(try Store.encode(catalog()), .generation(generations))
    for number in 1...images { try put(object, StorePath(.images, digest(-number).hex)) }
    return directory
  }

  @Test("reads a few generations and a few bytes of each object, and takes about a second")
  func cost() throws {
    let directory = try Self.directory()
    let counts = Mutex<[String: Int]>([:])
    let counting = GatedDirectory(directory) { operation in
      counts.withLock { $0["\(operation.call) \(operation.area)", default: 0] += 1 }
      return .proceed
    }
    let clock = VirtualClock(5000 + 14 * World.day + Store.clockMargin)
    let store = try Store.open(counting, surroundings: World.surroundings(clock))
    let timer = ContinuousClock()
    var plan: CollectionPlan?
    let whole = try timer.measure {
      plan = try Collector(store, policy: CollectionPolicy()).plan()
    }
    let survey = try #require(plan?.survey)
    let pure = timer.measure { _ = CollectionPlan(survey, policy: CollectionPolicy()) }
    print("plan of \(Self.images) images: \(whole), of which pure \(pure)")
    #expect(plan?.subjects(of: .archive) == [.generations(1...4999)])
    #expect(plan?.subjects(of: .condemn).count == 500 + 500 + 1000)
    let done = counts.withLock { $0 }
    #expect(done["read generations"] ?? 0 <= 16)
    #expect(done["open images"] == Self.images)
    #expect(done["readOpen images"] ?? 0 <= 4 * Self.images)
    #expect(done.values.reduce(0, +) < 5 * Self.images + 60)
    #expect(whole < .seconds(20), "far from it in a release build")
  }
}
