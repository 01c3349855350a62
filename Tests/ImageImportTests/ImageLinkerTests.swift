import Compression
import Digests
import FileTree
import Flattening
import ImageSamples
import ImageTree
import Store
import Testing

@testable import ImageImport

@Suite("Linking layers into an image")
struct ImageLinkerTests {
  private let lower = SampleTree.members
  private let upper: [SampleMember] = [
    SampleMember("bin/.wh.exact", .file([])),
    SampleMember("lib/a", .file(SampleBytes.text(5000, seed: 44))),
    SampleMember("new", .file(SampleBytes.noise(9000, seed: 45))),
    SampleMember("new2", .hardLink("new")),
    SampleMember("bin/tool3", .hardLink("bin/tool")),
  ]

  /// The stored size of every extent: with head and tail, the shape of the root blob.
  private func sizes(_ object: ImageObject) -> [UInt32] {
    object.extents.map { object.storedByteCount(of: $0) }
  }

  @Test("gives the same root blob whatever the store has already", arguments: 0..<12)
  func deterministic(seed: Int) throws {
    let plain = try SampleStore()
    let expected = try plain.link([try plain.layer(lower), try plain.layer(upper)]).object
    let store = try SampleStore()
    let all = lower + upper
    var state = UInt64(seed) + 1
    for round in 0..<3 {
      var chosen: [SampleMember] = []
      for member in all {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        guard case .file = member.kind, state >> 40 % 3 == 0 else { continue }
        var moved = member
        moved.path = "other/\(round)-\(chosen.count)"
        chosen.append(moved)
      }
      _ = try store.layer(chosen)
    }
    let object = try store.link([try store.layer(lower), try store.layer(upper)]).object
    #expect(object.head == expected.head)
    #expect(object.tail == expected.tail)
    #expect(sizes(object) == sizes(expected))
    #expect(object.rootIdentity == expected.rootIdentity)
    try object.validate()
    if seed > 0 { #expect(object.fragments != expected.fragments, "composed of pieces") }
  }

  @Test("gives the same root blob when it is linked again")
  func again() throws {
    let store = try SampleStore()
    let layers = [try store.layer(lower), try store.layer(upper)]
    let one = try store.link(layers)
    let two = try store.link(layers)
    #expect(one.object == two.object)
    #expect(one.contentSize == two.contentSize)
  }

  @Test("gives other identities to other trees, parameters and contents")
  func identities() throws {
    let store = try SampleStore()
    let base = try store.layer(lower)
    func identity(_ members: [SampleMember]) throws -> SHA256Digest {
      try store.link([base, try store.layer(members)]).object.rootIdentity
    }
    let all = [
      try store.link([base]).object.rootIdentity, try identity(upper),
      try identity([SampleMember("bin/one", .file([43]))]),
      try identity([SampleMember("bin/one", .file([42])).with(mode: 0o600)]),
      try identity([SampleMember("bin/one", .file([42])).with(mtime: 5)]),
      try SampleStore(blockSize: 8192).image(lower).rootIdentity,
      try SampleStore(compressor: .gzip, level: 6).image(lower).rootIdentity,
    ]
    #expect(Set(all).count == all.count)
  }

  @Test("shows upper layers over lower ones, and keeps no block that nobody sees")
  func layered() throws {
    let store = try SampleStore()
    let (object, size) = try store.link([try store.layer(lower), try store.layer(upper)])
    let image = try LoadedImage(object, source: store)
    let lines = try VolumeDump.lines(of: image.volume, content: image).map(\.description)
    let paths = Set(lines.compactMap { $0.split(separator: " ").first.map(String.init) })
    #expect(!paths.contains { $0.hasSuffix("bin/exact") })
    #expect(paths.contains { $0.hasSuffix("bin/tool3") })
    #expect(paths.contains { $0.hasSuffix("new2") })
    let hidden = SampleBytes.text(4096, seed: 2)
    #expect(!object.blocks.contains { $0.record.content == .of(hidden.span.bytes) })
    let alone = try store.link([try store.layer(lower)])
    #expect(size == alone.contentSize - 8192 - 3000 + 5000 + 9000)
    try object.validate()
  }

  @Test("uses a block once that several layers have")
  func sharedBlocks() throws {
    let store = try SampleStore()
    let content = SampleBytes.noise(4096 * 4, seed: 8)
    let one = try store.layer([SampleMember("a", .file(content))])
    let count = store.blockCount
    let two = try store.layer([SampleMember("b", .file(content))])
    #expect(store.blockCount == count)
    let object = try store.link([one, two]).object
    #expect(object.blocks.count == 4)
    #expect(object.extents.count == 4)
    #expect(object.layers == [one.key, two.key])
  }

  @Test("stores a small file once that lies in other company")
  func sharedPieces() throws {
    let store = try SampleStore()
    let small = (0..<10).map { SampleBytes.noise(300, seed: UInt64($0) + 100) }
    _ = try store.layer(small.enumerated().map { SampleMember("a\($0)", .file($1)) })
    let before = store.storedByteCount
    let more = small.reversed().enumerated().map { SampleMember("b\($0)", .file($1)) }
    _ = try store.layer(more + [SampleMember("new", .file(SampleBytes.noise(50, seed: 1)))])
    #expect(store.storedByteCount - before <= 60)
  }

  @Test("says which blocks are gone")
  func gone() throws {
    let store = try SampleStore()
    var linker = try ImageLinker(store.parameters)
    try linker.add(try store.layer(lower))
    #expect(throws: StoreError.self) { _ = try linker.link { _ in nil } }
  }

  @Test("of no layers is an empty root")
  func none() throws {
    let store = try SampleStore()
    let (object, size) = try store.link([])
    #expect(size == 0)
    #expect(object.extents.isEmpty && object.blocks.isEmpty)
    try object.validate()
    #expect(object.rootBlobSize % 4096 == 0)
  }

  @Test("refuses layers that flattening refuses")
  func refused() throws {
    let store = try SampleStore()
    let layer = try store.layer([SampleMember("link", .hardLink("nowhere"))])
    #expect(throws: FlatteningError.self) { _ = try store.link([layer]) }
  }
}
