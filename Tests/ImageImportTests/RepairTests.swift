import Consistency
import Digests
import Failures
import ImageSamples
import Linux
import Store
import SystemPackage
import Testing

@testable import ImageImport

/// What `firn fsck --repair` asks of imports.
@Suite("An import that repairs")
struct RepairTests {
  private static let base = [
    "a": SampleBytes.noise(30_000, seed: 1), "b": Array("text".utf8),
    "c": SampleBytes.text(9000, seed: 3),
  ]
  private static let top = ["d": SampleBytes.noise(5000, seed: 4), "e": Array("small".utf8)]

  private func sources() throws -> [StubSource] {
    let layers = [try ArchivedLayer(Self.base), try ArchivedLayer(Self.top)]
    return [
      try StubSource(layers, label: "one"), try StubSource([layers[0]], label: "two"),
    ]
  }

  private func imported() async throws -> ImportFixture {
    let fixture = try ImportFixture()
    for (source, name) in zip(try sources(), ["one", "two"]) {
      try await fixture.run(source, as: [name])
    }
    return fixture
  }

  private func path(_ image: String, in fixture: ImportFixture) throws -> FilePath {
    let object = try fixture.store.newest().image(image).object
    return fixture.directory.path.appending("store/images/\(object.hex)")
  }

  private func flip(_ path: FilePath, at offset: UInt64) throws {
    let bytes = try OwnedDescriptor(opening: path).readBytes(at: offset, count: 1)
    let changed = [bytes[0] ^ 1]
    try OwnedDescriptor(opening: path, .readWrite).writeAll(changed.span.bytes, at: offset)
  }

  private func repair(
    _ fixture: ImportFixture, reimporting again: [StubSource] = []
  ) async -> CheckReport {
    var options = ConsistencyCheck.Options()
    options.checksData = true
    var aids = Repair.Aids()
    let importer = Importer(fixture.store, logger: fixture.log.logger)
    aids.relink = { try importer.relink($0) }
    if !again.isEmpty {
      aids.reimport = {
        for source in again {
          var request = ImportRequest(text: "import stub")
          request.isRepair = true
          _ = try await importer.run(request, from: source)
        }
      }
    }
    let check = ConsistencyCheck(fixture.store, options, logger: fixture.log.logger)
    return await Repair(check, aids).run()
  }

  @Test("links an image anew whose object is damaged, wherever its list of layers is not")
  func relinks() async throws {
    let fixture = try await imported()
    let whole = try fixture.rootBlob("one")
    let before = try fixture.store.newest().image("one")
    let size = try FileStatus(of: path("one", in: fixture)).size
    var relinked = 0
    for offset in stride(from: UInt64(7), to: size, by: Int(size / 25)) {
      try flip(path("one", in: fixture), at: offset)
      let report = await repair(fixture)
      guard report.verdict == .repaired else {
        try flip(path("one", in: fixture), at: offset)
        continue
      }
      relinked += 1
      #expect(try fixture.rootBlob("one") == whole)
      let after = try fixture.store.newest().image("one")
      #expect(after.number == before.number && after.names == ["one"])
      #expect(after.object != before.object)
      #expect(fixture.store.check(.data) == [])
    }
    #expect(relinked > 10, "most of an object can be made anew")
  }

  @Test("does not link what it cannot link to the same root blob, and publishes nothing")
  func refuses() async throws {
    let fixture = try await imported()
    let image = try fixture.store.newest().image("one")
    let importer = Importer(fixture.store, logger: fixture.log.logger)
    try flip(path("one", in: fixture), at: 20)
    #expect(try !importer.relink(image), "the table of sections is damaged")
    try flip(path("one", in: fixture), at: 20)
    for name in try fixture.files("layers") {
      try Paths.unlink(fixture.directory.path.appending("store/layers/\(name)"))
    }
    #expect(try !importer.relink(image), "there are no recipes")
    try Paths.unlink(path("one", in: fixture))
    #expect(try !importer.relink(image), "there is no object")
    #expect(try fixture.store.newest().generation == 3)
  }

  @Test("fetches again what lies in damaged packs, and other images are healed by it")
  func reimports() async throws {
    let fixture = try await imported()
    let blobs = try ["one", "two"].map { try fixture.rootBlob($0) }
    let catalog = try fixture.store.newest()
    for pack in catalog.packs {
      let trailer = try fixture.store.pack(pack.id).trailer()
      let file = fixture.directory.path.appending("store/packs/\(pack.id)")
      for block in trailer.blocks { try flip(file, at: block.offset + 1) }
    }
    let source = try sources()[0]
    let alone = await repair(fixture)
    #expect(alone.images.count == 2)
    let report = await repair(fixture, reimporting: [source])
    #expect(report.problems == [])
    #expect(source.fetched.value == 2)
    for (blob, name) in zip(blobs, ["one", "two"]) { #expect(try fixture.rootBlob(name) == blob) }
    let after = try fixture.store.newest()
    #expect(after.images.map(\.names) == catalog.images.map(\.names), "no names were added")
    #expect(after.images.map(\.number) == catalog.images.map(\.number))
  }

  @Test("brings back an image whose object is gone, without fetching layers that are known")
  func missingObject() async throws {
    let fixture = try await imported()
    let blob = try fixture.rootBlob("one")
    try Paths.unlink(path("one", in: fixture))
    #expect(await repair(fixture).images.map(\.names) == [["one"]])
    let source = try sources()[0]
    #expect(await repair(fixture, reimporting: [source]).verdict == .repaired)
    #expect(source.fetched.value == 0)
    #expect(try fixture.rootBlob("one") == blob)
  }

  @Test("refuses an image that the store does not have")
  func unknownImage() async throws {
    let fixture = try await imported()
    var request = ImportRequest(text: "import stub")
    request.isRepair = true
    let other = try StubSource([try ArchivedLayer(Self.top)], label: "moved")
    await #expect {
      _ = try await Importer(fixture.store, logger: fixture.log.logger).run(request, from: other)
    } throws: { ($0 as? Failure)?.code == .sourceNotFound }
    #expect(try fixture.store.newest().images.count == 2)
  }
}
