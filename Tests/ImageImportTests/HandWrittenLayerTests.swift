import FileTree
import ImageTree
import Store
import Testing

@testable import ImageImport

/// The layers in fixtures/flattening, all the way: as `firn dump --digests` shows the image.
@Suite("Hand-written layers, imported")
struct HandWrittenLayerTests {
  @Test(
    "are dumped as it is written down", arguments: FixtureFiles.handWritten,
    [4096, 131_072] as [UInt32])
  func dump(name: String, blockSize: UInt32) async throws {
    let fixture = try ImportFixture(blockSize: blockSize)
    let layers = try FixtureFiles.list("flattening/\(name)").filter { $0.hasSuffix(".tar") }
      .map { ArchivedLayer(tar: try FixtureFiles.bytes("flattening/\(name)/\($0)")) }
    try #require(!layers.isEmpty)
    try await fixture.run(try StubSource(layers), as: ["x"])
    let image = try fixture.image("x")
    let found = try VolumeDump.lines(of: image.volume, content: image).map(\.description)
    let text = try FixtureFiles.bytes("flattening/\(name)/tree.txt")
    let expected = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    for (ours, theirs) in zip(found, expected) { #expect(ours == theirs) }
    #expect(found.count == expected.count)
    #expect(fixture.store.check(.data).isEmpty)
  }
}
