import ArgumentParser
import ImageSamples
import Linux
import Store
import SystemPackage
import Testing

@testable import Commands

@Suite("Access to images and stores")
struct AccessCommandTests {
  private let directory: TemporaryDirectory
  private let sample: SampleStore

  init() throws {
    directory = try TemporaryDirectory()
    sample = try SampleStore()
  }

  private func path(_ name: String) -> String { directory.path.appending(name).string }

  private func store(_ name: String, _ images: [String]) throws -> Store {
    let store = try Store.create(
      at: PosixDirectory(FilePath(path(name))), parameters: sample.parameters)
    for image in images { try sample.publish([image], in: store) }
    return store
  }

  private func run(_ command: any ParsableCommand.Type, _ arguments: String...) throws {
    var parsed = try command.parseAsRoot(arguments)
    try parsed.run()
  }

  @Test("is changed by what is given, and the rest stays")
  func change() throws {
    let store = try store("s", ["one", "two"])
    func access() throws -> ImageAccess { try store.newest().image("one").access }
    let before = try store.newest().generation
    try run(AccessCommand.self, "--store", path("s"), "one")
    #expect(try store.newest().generation == before, "showing changes nothing")
    try run(AccessCommand.self, "--store", path("s"), "one", "--visibility", "owner")
    #expect(try access() == ImageAccess(owner: 0, group: 0, visibility: .owner))
    try run(
      AccessCommand.self, "--store", path("s"), "one", "--owner", "4242", "--group", "root")
    #expect(try access() == ImageAccess(owner: 4242, group: 0, visibility: .owner))
    try run(
      AccessCommand.self, "--store", path("s"), "one", "--group", "777", "--visibility", "group",
      "--json")
    #expect(try access() == ImageAccess(owner: 4242, group: 777, visibility: .group))
    #expect(try store.newest().image("two").access == ImageAccess())
    #expect(try store.newest().operation.text == "access one group=777 visibility=group")
  }

  @Test("that makes no sense is refused before anything is done")
  func nonsense() throws {
    for bad in [
      ["--visibility", "everybody"], ["--visibility", ""], ["--group", "no such group"],
      ["--owner", "no such user"], ["--owner", "4294967295"], ["--group", "-1"],
    ] {
      #expect(throws: (any Error).self) {
        _ = try AccessCommand.parseAsRoot(["one"] + bad)
      }
    }
  }

  @Test("of a new store is set by init and written down")
  func newStore() throws {
    try run(
      InitCommand.self, path("team"), "--access", "group", "--group", "\(effectiveGroup())")
    let team = try Store.open(PosixDirectory(FilePath(path("team")))).description.access
    #expect(team == StoreAccess(readers: .group, group: effectiveGroup(), images: .group))
    #expect(try FileStatus(of: FilePath(path("team/packs"))).mode == 0o2750)
    try run(InitCommand.self, path("mine"), "--access", "owner", "--visibility", "world")
    let mine = try Store.open(PosixDirectory(FilePath(path("mine")))).description.access
    #expect(mine == StoreAccess(readers: .owner, images: .world))
    #expect(try FileStatus(of: FilePath(path("mine/firn.json"))).mode == 0o600)
    try run(InitCommand.self, path("open"))
    #expect(
      try Store.open(PosixDirectory(FilePath(path("open")))).description.access == StoreAccess())
  }

  @Test("to several stores looks in order, and stops at the first that has the name")
  func several() throws {
    let first = try store("first", ["shared", "mine"])
    let second = try store("second", ["shared2", "yours"])
    try second.publish("tag") { catalog throws(StoreError) in
      try catalog.tagging("shared2", as: "shared")
    }
    let search = StoreSearch(paths: [path("first"), path("second")])
    #expect(try search.find("shared").store.description.id == first.description.id)
    #expect(try search.find("yours").store.description.id == second.description.id)
    let missing = #expect(throws: StoreError.self) { try search.find("nothing") }
    #expect(missing == .imageNotFound("nothing"))
    let broken = StoreSearch(paths: [path("first"), path("none")])
    #expect(try broken.find("mine").image.names == ["mine"])
    #expect(throws: StoreError.notAStore(path("none"))) { try broken.find("yours") }
    let log = RecordingLog()
    #expect(try broken.catalogs(log.logger).map(\.path) == [path("first")])
    #expect(log.lines.count == 1)
    #expect(throws: StoreError.self) {
      try StoreSearch(paths: [path("none"), path("first")]).catalogs(log.logger)
    }
  }

  @Test("for writing is to the first store only")
  func writing() throws {
    let (first, second) = (try store("first", ["a"]), try store("second", ["b"]))
    try run(TagCommand.self, "--store", path("first"), "--store", path("second"), "a", "c")
    #expect(try first.newest().images.flatMap(\.names) == ["a", "c"])
    #expect(throws: StoreError.self) {
      try run(TagCommand.self, "--store", path("first"), "--store", path("second"), "b", "c")
    }
    #expect(try second.newest().images.flatMap(\.names) == ["b"])
    try run(ListCommand.self, "--store", path("first"), "--store", path("second"))
  }
}
