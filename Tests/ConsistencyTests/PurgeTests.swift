import Digests
import StoreSimulation
import Testing

@testable import Consistency
@testable import Store

/// Cleaners of scratch file systems remove files that nobody has read for long.
@Suite("A file system that is purged")
struct PurgeTests {
  /// What a repair can bring back: everything but firn.json and the newest generation.
  private func purgeable(_ store: Store, _ directory: MemoryDirectory) throws -> [StorePath] {
    let newest = StorePath.generation(try store.newest().generation)
    return directory.paths.filter { $0 != .description && $0 != newest }
  }

  @Test("of any one file: it is named, and everything comes back from another store")
  func oneFile() async throws {
    let (store, directory) = try sampleStore()
    let (other, _) = try sampleStore()
    let whole = try ReaderView(reading: store)
    for path in try purgeable(store, directory) {
      let copy = directory.copy()
      copy.remove(path)
      let purged = try Store.open(copy, surroundings: testSurroundings())
      let found = check(purged)
      let isNeeded = try store.newest().listedPaths.contains(path)
      #expect(found.problems.map(\.path) == (isNeeded ? [path] : []), "\(path)")
      #expect(found.problems.allSatisfy { $0.kind == .missing })
      let report = await repair(purged, from: [other])
      #expect(report.problems == [], "\(path)")
      #expect(check(purged).verdict == .clean, "\(path)")
      #expect(try ReaderView(reading: purged) == whole, "\(path)")
    }
  }

  @Test("of everything but the catalog: another store brings all of it back")
  func everything() async throws {
    let (store, directory) = try sampleStore()
    let (other, _) = try sampleStore()
    try other.publish("undelete") { (catalog) throws(StoreError) in
      try catalog.restoring("c").catalog
    }
    let whole = try ReaderView(reading: store)
    for path in try purgeable(store, directory) { directory.remove(path) }
    let alone = await repair(store)
    #expect(alone.images.flatMap(\.names).sorted() == ["a", "b", "c"])
    let report = await repair(store, from: [other])
    #expect(report.problems == [])
    #expect(check(store).verdict == .clean)
    #expect(try ReaderView(reading: store) == whole)
    try store.publish("undelete") { (catalog) throws(StoreError) in
      try catalog.restoring("c").catalog
    }
    #expect(try ReaderView(reading: store) == ReaderView(reading: other))
    try Sample("new", blocks: [1, 2, 50]).publish(to: store)
    #expect(check(store).verdict == .clean)
  }

  @Test("of an image object: it comes back, and names came from where this store says")
  func origins() async throws {
    let (store, directory) = try sampleStore()
    let (other, _) = try sampleStore()
    for (place, text) in [(store, "here"), (other, "there")] {
      try place.publish("origins") { (catalog) throws(StoreError) in
        try catalog.changing("a", attribute: ImageRecord.originsAttribute, to: text)
      }
    }
    directory.remove(StorePath(.images, try store.newest().image("a").object.hex))
    #expect(await repair(store, from: [other]).problems == [])
    let image = try store.newest().image("a")
    #expect(image.attributes[ImageRecord.originsAttribute] == "here")
    #expect(check(store).verdict == .clean)
  }

  @Test("of every directory that is empty: they come back")
  func directories() async throws {
    let (store, directory) = try sampleStore()
    let empty = StoreArea.subdirectories.filter { area in
      !directory.paths.contains { $0.area == area }
    }
    #expect(empty.count > 3)
    for area in empty { directory.remove(area) }
    #expect(check(store).problems.map(\.path.name).sorted() == empty.map(\.rawValue).sorted())
    #expect(await repair(store).verdict == .repaired)
    #expect(directory.areas == Set(StoreArea.allCases))
  }

  @Test("leaves what keepalive touched, and that is enough")
  func kept() async throws {
    let (store, directory) = try sampleStore()
    let whole = try ReaderView(reading: store)
    directory.forgetOperations()
    _ = try Keepalive(store).run()
    let touches = directory.operations.filter { $0.hasPrefix("touch ") }
    let touched = Set(touches.map { $0.dropFirst(6) })
    for path in directory.paths where !touched.contains("\(path)"[...]) { directory.remove(path) }
    #expect(check(store).problems == [])
    #expect(try ReaderView(reading: store) == whole)
  }
}
