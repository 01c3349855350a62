import Digests
import StoreSimulation
import SystemPackage
import Testing

@testable import Store

@Suite("Recovering")
struct RecoveryTests {
  private func populated() throws -> (store: Store, directory: MemoryDirectory) {
    let made = try memoryStore()
    try Sample("a").publish(to: made.store)
    try Sample("b", blocks: [3, 9]).publish(to: made.store)
    return made
  }

  @Test("a damaged newest generation is followed by the last good one, with new numbers")
  func supersedes() throws {
    let (store, directory) = try populated()
    let lost = try store.newest()
    let damaged = StorePath.generation(3)
    directory.tamper(damaged) { $0[30] ^= 1 }
    let bytes = directory.bytes(damaged)
    let catalog = try store.supersedeDamagedGeneration()
    #expect(catalog.generation == 4)
    #expect(catalog.images.map(\.names) == [["a"]])
    #expect(catalog.nextImageNumber > lost.nextImageNumber)
    #expect(catalog.nextPackNumber > lost.nextPackNumber)
    #expect(catalog.operation.text == "go back to generation 2: 3 is damaged")
    #expect(directory.bytes(damaged) == bytes, "it is left as it was")
    #expect(store.check(.data) == [])
    #expect(directory.leftovers == [])
  }

  @Test("changes nothing when the newest generation is whole, or no generation is")
  func nothing() throws {
    let (store, directory) = try populated()
    let newest = try store.newest()
    let before = directory.contents
    #expect(try store.supersedeDamagedGeneration() == newest)
    #expect(directory.contents == before)
    for number in 1...3 { directory.tamper(.generation(UInt64(number))) { $0[8] ^= 1 } }
    #expect(throws: StoreError.self) { try store.supersedeDamagedGeneration() }
    #expect(directory.paths.count == before.count)
  }

  @Test("passes over older generations that are damaged, too")
  func several() throws {
    let (store, directory) = try populated()
    for number in 2...3 { directory.tamper(.generation(UInt64(number))) { $0[8] ^= 1 } }
    let catalog = try store.supersedeDamagedGeneration()
    #expect(catalog.generation == 4)
    #expect(catalog.images == [])
  }

  @Test("does not take an error for damage", arguments: [Errno.ioError, .permissionDenied])
  func errors(_ errno: Errno) throws {
    let (_, directory) = try populated()
    let before = directory.contents
    let faulty = FaultyDirectory(
      directory, Fault(.matching { $0.path == .generation(3) }, .error(errno)))
    let store = try Store.open(faulty, surroundings: testSurroundings())
    #expect(throws: StoreError.self) { try store.supersedeDamagedGeneration() }
    #expect(directory.contents == before)
  }

  @Test("makes areas that are missing, with their layout, and only those")
  func areas() throws {
    let (store, directory) = try populated()
    #expect(try store.restoreAreas() == [])
    directory.remove(.traces)
    directory.remove(.leases)
    #expect(Set(try store.restoreAreas()) == [.traces, .leases])
    #expect(directory.areas == Set(StoreArea.allCases))
    #expect(store.check() == [])
  }

  @Test("an image's ingredients are had back wherever else its object is damaged")
  func ingredients() throws {
    let (store, directory) = try populated()
    let image = try store.newest().image("a")
    let object = try store.imageObject(image.object)
    let whole = ImageIngredients(layers: object.layers, documents: object.documents)
    let size = try #require(directory.bytes(image.path)).count
    var found = 0
    for index in 0..<size {
      directory.tamper(image.path) { $0[index] ^= 0x20 }
      if let saved = try store.ingredients(ofDamaged: image.object) {
        #expect(saved == whole, "byte \(index)")
        found += 1
      }
      directory.tamper(image.path) { $0[index] ^= 0x20 }
    }
    #expect(found > size / 3)
    for count in 0..<size {
      directory.put(image.path, Array(object.encoded().prefix(count)))
      if let saved = try store.ingredients(ofDamaged: image.object) { #expect(saved == whole) }
    }
    directory.remove(image.path)
    #expect(try store.ingredients(ofDamaged: image.object) == nil)
  }

  @Test("does not step over a generation that is good but cannot be read now")
  func passing() throws {
    let (store, directory) = try populated()
    directory.tamper(.generation(3)) { $0[30] ^= 1 }
    let before = directory.contents
    let faulty = FaultyDirectory(
      directory,
      Fault(.matching { $0.call == .read && $0.path == .generation(2) }, .error(.ioError)))
    let other = try Store.open(faulty, surroundings: testSurroundings(pid: 8))
    #expect(throws: StoreError.self) { try other.supersedeDamagedGeneration() }
    #expect(directory.contents == before)
    #expect(try store.supersedeDamagedGeneration().images.count == 1)
  }

  @Test("does not list again what a collector dropped in the generation that is lost")
  func dropped() throws {
    let (store, directory) = try populated()
    let image = try store.newest().image("b")
    let other = try store.newest().image("a").packs
    let own = Set(image.packs).subtracting(other)
    let packs = try store.newest().packs.filter { own.contains($0.number) }
    let ids = Set(packs.map(\.id))
    try store.publish("condemn") { (catalog) throws(StoreError) in
      try catalog.removing(image: "b").condemning(objects: [image.object], packs: ids)
    }
    let last = try store.publish("drop") { (catalog) throws(StoreError) in
      catalog.dropping(objects: [image.object], packs: ids)
    }
    for path in packs.map(\.path) + [image.path] { directory.remove(path) }
    directory.tamper(.generation(last.generation)) { $0[30] ^= 1 }
    let catalog = try store.supersedeDamagedGeneration()
    #expect(catalog.retired == [])
    #expect(ids.isDisjoint(with: catalog.packs.map(\.id)))
    #expect(store.check(.data) == [])
  }
}
