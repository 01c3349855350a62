import Linux
import StoreSimulation
import SystemPackage
import Testing

@testable import Consistency
@testable import Store

@Suite("Keeping a store alive")
struct KeepaliveTests {
  @Test("touches exactly what the newest catalog lists, once each")
  func exact() throws {
    let (store, directory) = try sampleStore()
    // What nobody needs: a dropped image with its pack, old generations, recipes.
    try Sample("gone", blocks: [77]).publish(to: store)
    let gone = try store.newest().image("gone")
    try store.publish("drop") { (catalog) throws(StoreError) in
      let packs = catalog.packs.filter {
        catalog.images(countingOn: $0) == [gone.id]
      }
      return try catalog.removing(image: "gone")
        .dropping(objects: [gone.object], packs: Set(packs.map(\.id)))
    }
    let catalog = try store.newest()
    let lease = try store.takeLease(of: catalog.generation, for: 60, purpose: "test")
    directory.forgetOperations()
    let report = try Keepalive(store).run()
    let touched = directory.operations.filter { $0.hasPrefix("touch ") }.map { $0.dropFirst(6) }
    let needed =
      catalog.packs.map(\.path) + catalog.images.map(\.path)
      + catalog.retired.map(\.image.path) + catalog.indexRuns.map(\.path)
      + [.description, .generation(catalog.generation), StorePath(.leases, lease.name)]
    #expect(touched.sorted() == needed.map { "\($0)"[...] }.sorted())
    #expect(report.touched == needed.count)
    #expect(report.problems == [])
    #expect(directory.operations.count == needed.count + 5, "and reads nothing but the catalog")
    #expect(directory.paths.count > needed.count + 5, "there is more in the store")
  }

  @Test("says what is gone, and whom that concerns")
  func missing() throws {
    let (store, directory) = try sampleStore()
    let catalog = try store.newest()
    let paths = [try catalog.image("b").path, catalog.indexRuns[0].path]
    for path in paths { directory.remove(path) }
    let report = try Keepalive(store).run()
    #expect(Set(report.problems.map(\.path)) == Set(paths))
    #expect(report.problems.allSatisfy { $0.kind == .missing })
    #expect(report.problems.flatMap(\.images) == [try catalog.image("b").id])
    #expect(report.touched == catalog.listedPaths.count + 2 - 2)
  }

  @Test("goes on when a file may not be touched, and says so")
  func refused() throws {
    let (store, directory) = try sampleStore()
    let pack = try store.newest().packs[0].path
    let faulty = FaultyDirectory(
      directory,
      Fault(.matching { $0.call == .touch && $0.path == pack }, .error(.readOnlyFileSystem)))
    let report = try Keepalive(try Store.open(faulty, surroundings: testSurroundings())).run()
    #expect(report.problems.map(\.kind) == [.unreadable])
    #expect(report.problems.map(\.path) == [pack])
  }
}
