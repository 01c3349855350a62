import StoreSimulation
import Testing

@testable import Store

@Suite("Generations")
struct GenerationTests {
  private func tagged(_ count: Int) throws -> (store: Store, directory: MemoryDirectory) {
    let made = try memoryStore()
    try Sample("a").publish(to: made.store)
    for number in 0..<count { try tag(made.store, "tag\(number)") }
    return made
  }

  private func tag(_ store: Store, _ name: String) throws {
    try store.publish("tag") { (catalog) throws(StoreError) in try catalog.tagging("a", as: name) }
  }

  @Test("the newest is found with one listing, one read and one look", arguments: [0, 5, 60])
  func newest(_ count: Int) throws {
    let (store, directory) = try tagged(count)
    directory.forgetOperations()
    #expect(try store.newest().generation == UInt64(count) + 2)
    #expect(
      directory.operations == [
        "list generations", "open generations/\(count + 2)", "open generations/\(count + 3)",
      ])
  }

  @Test("nothing new costs one path operation")
  func nothingNew() throws {
    let (store, directory) = try tagged(3)
    let current = try store.newest().generation
    directory.forgetOperations()
    #expect(try store.newer(than: current) == nil)
    #expect(directory.operations == ["open generations/\(current + 1)"])
  }

  @Test("one new generation costs two path operations, many cost a listing")
  func something() throws {
    let (store, directory) = try tagged(9)
    let newest = try store.newest()
    directory.forgetOperations()
    #expect(try store.newer(than: newest.generation - 1) == newest)
    #expect(directory.operations.count == 2)
    directory.forgetOperations()
    #expect(try store.newer(than: 1) == newest)
    #expect(directory.operations.count == 5)
  }

  @Test("a generation beyond a stale listing is found")
  func staleListing() throws {
    let (store, directory) = try tagged(4)
    let newest = try store.newest()
    #expect(try store.newest(from: 2) == newest)
    directory.remove(.generation(1))
    #expect(try store.newest() == newest)
  }

  @Test("a follower finds its way when what it missed was collected")
  func follower() throws {
    let (store, directory) = try tagged(0)
    var follower = try GenerationFollower(store)
    #expect(try follower.next() == nil)
    try tag(store, "x")
    #expect(try follower.next()?.generation == 3)
    #expect(follower.current.generation == 3)
    for number in 0..<5 { try tag(store, "y\(number)") }
    for number in 1...7 { directory.remove(.generation(UInt64(number))) }
    var found: Catalog?
    for _ in 0..<GenerationFollower.looksPerListing where found == nil {
      found = try follower.next()
    }
    #expect(found?.generation == 8)
  }

  @Test("a damaged generation is named, not skipped")
  func damage() throws {
    let (store, directory) = try tagged(1)
    directory.tamper(.generation(3)) { $0[20] ^= 1 }
    #expect(throws: StoreError.damaged(.generation(3), .checksumMismatch("the text"))) {
      try store.newest()
    }
  }

  @Test("a generation under another's name is refused")
  func renamed() throws {
    let (store, directory) = try tagged(1)
    let bytes = try #require(directory.bytes(.generation(2)))
    directory.tamper(.generation(3)) { $0 = bytes }
    #expect(throws: StoreError.self) { try store.newest() }
  }

  @Test("other files beside the generations do no harm")
  func strangers() throws {
    let (store, directory) = try tagged(0)
    for name in [".nfs0001", "7~", "-1", "99999999999999999999"] {
      _ = try directory.create(StorePath(.generations, name))
    }
    #expect(try store.newest().generation == 2)
  }

  @Test("a store without generations says which one is missing")
  func none() throws {
    let (store, directory) = try memoryStore()
    directory.remove(.generation(1))
    #expect(throws: StoreError.missing(.generation(1))) { try store.newest() }
  }

  @Test("any generation that is there can be read")
  func old() throws {
    let (store, _) = try tagged(2)
    #expect(try store.catalog(ofGeneration: 2).operation.text == "import a")
    #expect(throws: StoreError.missing(.generation(9))) { try store.catalog(ofGeneration: 9) }
  }
}
