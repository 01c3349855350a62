import Linux
import StoreSimulation
import Synchronization
import Testing

@testable import Store

/// Generations that a test remembers.
private final class Memory: GenerationMemory {
  let kept = Mutex<[UInt64: [UInt8]]>([:])

  func bytes(ofGeneration number: UInt64) -> [UInt8]? { kept.withLock { $0[number] } }

  func keep(_ bytes: [UInt8], ofGeneration number: UInt64) {
    kept.withLock { $0[number] = bytes }
  }

  var numbers: [UInt64] { kept.withLock { $0.keys.sorted() } }
}

@Suite("A follower of generations that remembers")
struct GenerationFollowerTests {
  private let directory: MemoryDirectory
  private let store: Store
  private let memory = Memory()

  init() throws {
    (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
  }

  private func follower(_ store: Store? = nil) throws -> GenerationFollower {
    let store = store ?? self.store
    return try GenerationFollower(store, listed: store.generations().last, memory: memory)
  }

  @Test("begins with what it remembers, without reading anything")
  func remembered() throws {
    #expect(try follower().current == store.newest())
    #expect(memory.numbers == [2])
    let metered = MeteredDirectory(directory)
    let again = try Store.open(metered, surroundings: testSurroundings())
    metered.reset()
    #expect(try follower(again).current == store.newest())
    #expect(metered[.generations].opens == 0)
  }

  @Test("reads what is newer than what it remembers, and remembers that")
  func newer() throws {
    var following = try follower()
    try Sample("b", blocks: [7]).publish(to: store)
    #expect(try following.next()?.generation == 3)
    #expect(memory.numbers == [2, 3])
    #expect(try following.next() == nil)
    try Sample("c", blocks: [8]).publish(to: store)
    #expect(try follower().current.generation == 4)
    #expect(memory.numbers == [2, 3, 4])
  }

  @Test("believes nothing that is damaged, or another generation")
  func damaged() throws {
    _ = try follower()
    let good = try #require(memory.bytes(ofGeneration: 2))
    for position in stride(from: 0, to: good.count, by: 7) {
      var bytes = good
      bytes[position] ^= 1
      memory.keep(bytes, ofGeneration: 2)
      #expect(try follower().current == store.newest())
      #expect(memory.bytes(ofGeneration: 2) == good, "it is put right")
    }
    try Sample("b", blocks: [7]).publish(to: store)
    memory.keep(good, ofGeneration: 3)
    #expect(try follower().current.generation == 3)
  }

  @Test("finds out within 64 looks that an older state of the store was put back and went on")
  func putBack() throws {
    let old = directory.copy()
    try Sample("b", blocks: [7]).publish(to: store)
    _ = try follower()
    let other = try Store.open(old, surroundings: testSurroundings())
    try Sample("c", blocks: [8]).publish(to: other)
    var following = try follower(other)
    #expect(following.current.images.map(\.names) == [["a"], ["b"]], "what was remembered")
    var found: Catalog?
    for _ in 0..<GenerationFollower.looksPerListing where found == nil {
      found = try following.next()
    }
    #expect(found?.images.map(\.names) == [["a"], ["c"]])
    #expect(try follower(other).current == found)
    for _ in 0..<GenerationFollower.looksPerListing { #expect(try following.next() == nil) }
  }
}
