import Testing

@testable import Store

@Suite("Checking a store")
struct CheckTests {
  private func populated() throws -> (store: Store, directory: MemoryDirectory) {
    let made = try memoryStore()
    try Sample("a").publish(to: made.store)
    try Sample("b", blocks: [3, 9], small: ["beta", "gamma"]).publish(to: made.store)
    #expect(made.store.check(.data) == [])
    return made
  }

  @Test("finds every object that is missing, and names it")
  func missing() throws {
    let (_, directory) = try populated()
    for path in directory.paths where path.area != .generations && path.area != .layers {
      let copy = directory.copy()
      copy.remove(path)
      guard let store = try? Store.open(copy, surroundings: testSurroundings()) else {
        #expect(path == .description)
        continue
      }
      let problems = store.check()
      #expect(problems.contains { $0.kind == .missing && $0.path == path }, "\(path)")
    }
  }

  @Test("finds every byte of a store that is wrong, or it did not matter")
  func everyByte() throws {
    let (store, directory) = try populated()
    let newest = StorePath.generation(try store.newest().generation)
    for path in directory.paths where path.area != .generations || path == newest {
      let size = directory.bytes(path)?.count ?? 0
      // One checksum covers all of a block, so that every 16th of its bytes will do.
      let isData = { (index: Int) in path.area == .packs && index > 64 && index < size - 1000 }
      for index in 0..<size where !isData(index) || index % 16 == 0 {
        directory.tamper(path) { $0[index] ^= 0x10 }
        if let opened = try? Store.open(directory, surroundings: testSurroundings()) {
          let problems = opened.check(.data)
          #expect(!problems.isEmpty, "\(path) byte \(index)")
        }
        directory.tamper(path) { $0[index] ^= 0x10 }
      }
    }
    #expect(store.check(.data) == [])
  }

  @Test("finds block damage only when asked to look at data")
  func depth() throws {
    let (store, directory) = try populated()
    let pack = try store.newest().packs[0]
    directory.tamper(StorePath(.packs, pack.id.description)) { $0[20] ^= 1 }
    #expect(store.check() == [])
    #expect(store.check(.data).map(\.kind) == [.damaged])
  }

  @Test("finds a pack that was cut off")
  func truncatedPack() throws {
    let (store, directory) = try populated()
    let path = StorePath(.packs, try store.newest().packs[0].id.description)
    directory.tamper(path) { $0.removeLast() }
    #expect(store.check().contains { $0.kind == .damaged && $0.path == path })
  }

  @Test("is not needed to find an image that counts on a pack not listed: it is never published")
  func unlistedPack() throws {
    let (store, _) = try populated()
    let before = try store.newest()
    #expect(throws: StoreError.self) {
      try store.publish("break") { (catalog) throws(StoreError) in
        var next = catalog
        next.packs.removeLast()
        return next
      }
    }
    #expect(try store.newest() == before)
  }

  @Test("finds an object that counts on other packs than the catalog says")
  func otherPacks() throws {
    let (store, _) = try populated()
    try store.publish("break") { (catalog) throws(StoreError) in
      var next = catalog
      next.images[0].packs = []
      return next
    }
    #expect(store.check().contains { $0.kind == .inconsistent && $0.path.area == .images })
  }

  @Test("finds a catalog that says something else than the objects do")
  func contradictions() throws {
    let (store, _) = try populated()
    try store.publish("break") { (catalog) throws(StoreError) in
      var next = catalog
      next.packs[0].size += 1
      return next
    }
    #expect(store.check().map(\.kind) == [.inconsistent])
  }

  @Test("a layer recipe that is gone is no problem, one that is damaged is")
  func recipes() throws {
    let (store, directory) = try populated()
    let path = try #require(directory.paths.first { $0.area == .layers })
    directory.tamper(path) { $0[40] ^= 1 }
    #expect(store.check().map(\.path) == [path])
    directory.remove(path)
    #expect(store.check() == [])
  }
}
