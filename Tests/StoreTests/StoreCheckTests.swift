import Digests
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import Store

@Suite("What a check finds besides damage")
struct StoreCheckTests {
  private func populated() throws -> (store: Store, directory: MemoryDirectory) {
    let made = try memoryStore()
    try Sample("a").publish(to: made.store)
    try Sample("b", blocks: [3, 9], small: ["gamma"]).publish(to: made.store)
    return made
  }

  private func findings(_ store: Store) -> [Problem] {
    var check = StoreCheck(store)
    check.run()
    return check.findings
  }

  @Test("in every area: names that have no form that is known", arguments: StoreArea.allCases)
  func unknownNames(area: StoreArea) throws {
    let (store, directory) = try populated()
    let names = ["what", "README", ".hidden", "0123", "12-x"].map { StorePath(area, $0) }
    for path in names { directory.put(path, [1]) }
    let found = findings(store)
    #expect(Set(found.map(\.path)) == Set(names))
    #expect(found.allSatisfy { $0.kind == .unknown && $0.isNote })
    #expect(store.check(.data) == [], "nothing that is counted on is wrong")
  }

  @Test("that an area is missing, or open to everybody, or closed to its owner")
  func areas() throws {
    let (store, directory) = try populated()
    directory.remove(.bundles)
    directory.setMode(of: .packs, 0o777)
    directory.setMode(of: .index, 0o555)
    directory.setMode(of: .layers, 0o2775)
    let found = store.check()
    let described = Set(found.map { "\($0.kind) \($0.path)" })
    #expect(described == ["missing bundles", "inconsistent packs", "inconsistent index"])
  }

  @Test("files that no generation lists, but not while their writer lives")
  func unlisted() throws {
    let (store, _) = try populated()
    let staging = try store.stage(purpose: "test")
    let linked = try Sample("c", blocks: [70], small: ["new"]).link(store, staging)
    let object = try staging.write(linked.object)
    let sealed = try #require(linked.sealed)
    let run = try #require(try staging.writeIndexRun(of: [sealed]))
    #expect(findings(store) == [])
    staging.finish()
    let found = findings(store)
    let paths = [sealed.record.path, run.path, StorePath(.images, object.hex)]
    #expect(Set(found.map(\.path)) == Set(paths))
    #expect(found.allSatisfy { $0.kind == .unlisted && $0.isNote })
    #expect(store.check(.data) == [])
  }

  @Test("old generations that are damaged or missing between others, as notes")
  func oldGenerations() throws {
    let (store, directory) = try populated()
    try store.publish("tag") { (catalog) throws(StoreError) in
      try catalog.tagging("a", as: "c")
    }
    directory.tamper(.generation(1)) { $0[5] ^= 1 }
    directory.remove(.generation(2))
    let found = findings(store)
    #expect(found.map(\.path) == [.generation(2), .generation(1)])
    #expect(found.map(\.kind) == [.missing, .damaged])
    #expect(found.allSatisfy { $0.isNote })
  }

  @Test("blocks that the index has forgotten, unless another pack has the same content")
  func forgotten() throws {
    let (store, _) = try populated()
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let writer = try PackWriter(staging)
    let known = try PreparedBlock(Sample.content(1, count: 4096), testParameters)
    let new = try PreparedBlock(Sample.content(50, count: 4096), testParameters)
    for block in [known, new] { try writer.append(block.record, stored: block.stored.span.bytes) }
    let sealed = try #require(try writer.seal())
    try store.publish("add", staging: staging) { (catalog) throws(StoreError) in
      catalog.adding(packs: [sealed.record])
    }
    let found = findings(store)
    #expect(found.map(\.kind) == [.incomplete])
    #expect(found.map(\.path) == [sealed.record.path])
    #expect(found.first?.message.contains(" 1 of its blocks") == true)
    try store.rebuildIndex(staging)
    #expect(findings(store).allSatisfy { $0.kind == .unlisted && $0.path.area == .index })
  }

  @Test("a row of the index that names the right block at the wrong ordinal")
  func ordinals() throws {
    let (store, _) = try populated()
    let catalog = try store.newest()
    let pack = catalog.packs[0]
    var trailer = try store.pack(pack.id).trailer()
    trailer.blocks.swapAt(0, 1)
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let run = try #require(
      try staging.writeIndexRun(of: [SealedPack(record: pack, trailer: trailer)]))
    try store.publish("swap", staging: staging) { (catalog) throws(StoreError) in
      catalog.adding(run: run)
    }
    #expect(store.check().map(\.path) == [run.path])
    #expect(store.check().map(\.kind) == [.inconsistent])
  }

  @Test("an image that names the right block at the wrong ordinal")
  func imageOrdinals() throws {
    let (store, _) = try populated()
    let image = try store.newest().image("a")
    var object = try store.imageObject(image.object)
    object.blocks[0].ordinal += 1
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    let name = try staging.write(object)
    try store.publish("wrong", staging: staging) { (catalog) throws(StoreError) in
      try catalog.relocating(image.object, to: name, using: object.packs)
    }
    let found = store.check()
    #expect(found.map(\.kind) == [.inconsistent])
    #expect(found.map(\.images) == [[image.id]])
  }

  @Test("nothing of what a collection took away meanwhile")
  func overtaken() throws {
    let (store, directory) = try populated()
    let image = try store.newest().image("b")
    let shared = try store.newest().image("a").packs
    let own = Set(image.packs).subtracting(shared)
    let packs = try store.newest().packs.filter { own.contains($0.number) }
    try #require(!packs.isEmpty)
    let ids = Set(packs.map(\.id))
    let outcome = Mutex<Result<Catalog, StoreError>?>(nil)
    let gated = GatedDirectory(directory) { operation in
      // When the first pack is opened, the catalog has been read and names of all files, too.
      guard operation.call == .open, operation.area == .packs else { return .proceed }
      guard directory.bytes(image.path) != nil else { return .proceed }
      let result = Result { () throws(StoreError) in
        try Store.open(directory, surroundings: testSurroundings(pid: 9))
          .publish("collect") { (catalog) throws(StoreError) in
            try catalog.removing(image: "b").condemning(objects: [image.object], packs: ids)
              .dropping(objects: [image.object], packs: ids)
          }
      }
      outcome.withLock { $0 = result }
      for path in packs.map(\.path) + [image.path] { directory.remove(path) }
      return .proceed
    }
    let watched = try Store.open(gated, surroundings: testSurroundings())
    #expect(watched.check() == [])
    _ = try #require(outcome.withLock { $0 }, "it happened during the check").get()
  }

  @Test("damage of a file of the history is noted")
  func history() throws {
    let (store, directory) = try populated()
    directory.put(StorePath(.history, "1-2"), [1, 2, 3])
    #expect(findings(store).map(\.kind) == [.damaged])
    #expect(store.check() == [])
  }
}
