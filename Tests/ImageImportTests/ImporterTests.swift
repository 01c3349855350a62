import Digests
import Failures
import FileTree
import ImageSamples
import ImageTree
import Linux
import Store
import SystemPackage
import Testing

@testable import ImageImport

@Suite("Importing an image")
struct ImporterTests {
  private static let base: [String: [UInt8]] = [
    "etc/passwd": Array("root\n".utf8), "bin/tool": SampleBytes.noise(30_000, seed: 1),
    "lib/text": SampleBytes.text(100_000, seed: 2), "lib/small": SampleBytes.noise(700, seed: 3),
    "zeros": [UInt8](repeating: 0, count: 20_000), "empty": [],
  ]
  private static let top: [String: [UInt8]] = [
    "app/main": SampleBytes.noise(9000, seed: 4), "etc/passwd": Array("root\nuser\n".utf8),
    "app/.wh.none": [],
  ]

  @Test(
    "gives every file, whatever the layers' compression, the block size and the compressor",
    arguments: ArchivedLayer.Form.allCases, [4096, 131_072] as [UInt32])
  func contents(form: ArchivedLayer.Form, blockSize: UInt32) async throws {
    let fixture = try ImportFixture(blockSize: blockSize)
    let source = try StubSource(
      [try ArchivedLayer(Self.base, form: form), try ArchivedLayer(Self.top, form: form)])
    let summary = try await fixture.run(source, as: ["tool"])
    #expect(summary.layers == 2 && summary.fetchedLayers == 2)
    #expect(!summary.wasUnchanged)
    let expected = Self.base.merging(Self.top) { _, new in new }.filter { $0.key != "app/.wh.none" }
    for (path, content) in expected {
      #expect(try fixture.content(path, of: "tool") == content, "\(path)")
    }
    #expect(summary.contentSize == expected.values.reduce(0) { $0 + UInt64($1.count) })
    #expect(fixture.store.check(.data).isEmpty)
    #expect(fixture.log.lines.isEmpty)
  }

  @Test(
    "reads a layer in pieces of any size",
    arguments: [1, 2, 3, 4, 5, 511, 1 << 20], ArchivedLayer.Form.allCases)
  func pieces(size: Int, form: ArchivedLayer.Form) async throws {
    let fixture = try ImportFixture()
    let files = ["a": SampleBytes.text(9000, seed: 1), "b": SampleBytes.noise(300, seed: 2)]
    let source = try StubSource([try ArchivedLayer(files, form: form)], pieceSize: size)
    try await fixture.run(source, as: ["x"])
    for (path, content) in files { #expect(try fixture.content(path, of: "x") == content) }
  }

  @Test("makes the same root blob in every store of the same parameters, whatever else is there")
  func deterministic() async throws {
    let layers = [try ArchivedLayer(Self.base), try ArchivedLayer(Self.top)]
    let one = try ImportFixture()
    try await one.run(try StubSource(layers), as: ["tool"])
    let two = try ImportFixture()
    let other: [String: [UInt8]] = [
      "x": SampleBytes.noise(700, seed: 3), "y": Array("root\n".utf8),
      "z": SampleBytes.noise(3, seed: 8),
    ]
    try await two.run(try StubSource([try ArchivedLayer(other)], label: "other"), as: ["other"])
    try await two.run(
      try StubSource([try ArchivedLayer(Self.base, form: .gzip), layers[1]]), as: ["tool"])
    #expect(try one.rootBlob("tool") == two.rootBlob("tool"))
    let records = try [one, two].map { try $0.store.newest().image("tool") }
    #expect(records[0].rootIdentity == records[1].rootIdentity)
    let composed = try two.image("tool").object.fragments.contains { $0.pieces.count > 1 }
    #expect(composed, "otherwise this tests nothing")
    #expect(two.store.check(.data).isEmpty)
  }

  @Test("a second time changes nothing and fetches nothing")
  func again() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(Self.base)])
    try await fixture.run(source, as: ["tool"])
    let before = try fixture.store.newest()
    let files = try ["packs", "images", "layers"].map { try fixture.files($0) }
    let summary = try await fixture.run(source, as: ["tool"])
    #expect(summary.wasUnchanged)
    #expect(source.fetched.value == 1)
    #expect(try fixture.store.newest() == before)
    #expect(try ["packs", "images", "layers"].map { try fixture.files($0) } == files)
    #expect(try fixture.files("staging").isEmpty)
  }

  @Test("under another name gives that name to the image, and fetches nothing")
  func renamed() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(Self.base)])
    try await fixture.run(source, as: ["one"])
    let summary = try await fixture.run(source, as: ["two"])
    #expect(!summary.wasUnchanged)
    #expect(source.fetched.value == 1)
    let catalog = try fixture.store.newest()
    #expect(catalog.images.map(\.names) == [["one", "two"]])
  }

  @Test("uses the names the source suggests when none are given")
  func suggested() async throws {
    let fixture = try ImportFixture()
    let source = try StubSource([try ArchivedLayer(Self.base)], names: ["quay.io/a:1"])
    #expect(try await fixture.run(source, as: []).names == ["quay.io/a:1"])
    #expect(try fixture.store.newest().images.map(\.names) == [["quay.io/a:1"]])
  }

  @Test("fetches only layers that the store does not know, and stores only new blocks")
  func sharedLayers() async throws {
    let fixture = try ImportFixture()
    let base = try ArchivedLayer(Self.base, form: .gzip)
    try await fixture.run(try StubSource([base], label: "1"), as: ["one"])
    let source = try StubSource([base, try ArchivedLayer(Self.top)], label: "2")
    let summary = try await fixture.run(source, as: ["two"])
    #expect(summary.layers == 2 && summary.fetchedLayers == 1)
    #expect(source.fetched.value == 1)
    #expect(try fixture.content("bin/tool", of: "two") == Self.base["bin/tool"])
    let repacked = try StubSource(
      [try ArchivedLayer(Self.base.merging(["more": [1]]) { old, _ in old })], label: "3")
    let third = try await fixture.run(repacked, as: ["three"])
    #expect(third.fetchedLayers == 1)
    #expect(third.storedBytes <= 16, "only the new file of one byte is new")
    #expect(fixture.store.check(.data).isEmpty)
  }

  @Test("fetches a layer once that is there twice")
  func repeatedLayer() async throws {
    let fixture = try ImportFixture()
    let layer = try ArchivedLayer(Self.base)
    let source = try StubSource([layer, try ArchivedLayer(Self.top), layer])
    let summary = try await fixture.run(source, as: ["x"])
    #expect(summary.layers == 3)
    #expect(source.fetched.value == 2)
    #expect(try fixture.content("etc/passwd", of: "x") == Self.base["etc/passwd"])
  }

  @Test("with many layers has them all in order")
  func manyLayers() async throws {
    let fixture = try ImportFixture()
    let layers = try (0..<12).map { index in
      try ArchivedLayer(["same": [UInt8(index)], "own-\(index)": SampleBytes.noise(200, seed: 1)])
    }
    try await fixture.run(try StubSource(layers), as: ["x"])
    #expect(try fixture.content("same", of: "x") == [11])
    for index in 0..<12 {
      #expect(try fixture.content("own-\(index)", of: "x") == SampleBytes.noise(200, seed: 1))
    }
  }

  @Test("of no layers is an empty image")
  func noLayers() async throws {
    let fixture = try ImportFixture()
    try await fixture.run(try StubSource([]), as: ["nothing"])
    let lines = try VolumeDump.lines(of: try fixture.image("nothing").volume, content: nil)
    #expect(lines.count == 1)
    #expect(fixture.store.check(.data).isEmpty)
  }
}
