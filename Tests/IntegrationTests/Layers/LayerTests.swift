import Testing

/// What is known is neither fetched nor stored again.
@Suite("Layers and blocks")
struct LayerTests {
  let scratch: Scratch
  let firn: Firn

  init() throws {
    scratch = try Scratch("layers")
    firn = try Firn(creating: scratch("store"))
  }

  @Test(
    "an image of known layers and a new one costs the new layer",
    .tags(.registry), .needs(.firn, .images, .registry))
  func oneNewLayer() throws {
    let registry = try TestRun.registry.value
    let debian = try registry.push(.debian, as: "layers/debian")
    let derived = try registry.push(.derived, as: "layers/derived")
    try firn.importImage(debian, as: "debian")
    let before = try firn.packBytes()
    try firn.importImage(derived, as: "derived")

    let manifest = try Layout(Images.layout(.derived)).manifest
    let newLayer = try #require(manifest.layers.last)
    let fetched = try registry.blobsFetched(from: "layers/derived")
    #expect(fetched.sorted() == [manifest.config.digest, newLayer.digest].sorted())
    // The new layer is 221 kB of compressed text; what compresses it better or worse is not asked.
    let growth = try firn.packBytes() - before
    #expect(growth > 0 && growth < 2 * newLayer.size, "the packs grew by \(growth) bytes")
  }

  @Test(
    "an image imported twice is fetched once and changes no pack",
    .tags(.registry), .needs(.firn, .images, .registry))
  func nothingNew() throws {
    let registry = try TestRun.registry.value
    let reference = try registry.push(.debian, as: "layers/again")
    try firn.importImage(reference, as: "first")
    let packs = try listing("\(firn.store)/packs")
    let fetched = try registry.blobsFetched(from: "layers/again").count
    try firn.importImage(reference, as: "second")
    #expect(try listing("\(firn.store)/packs") == packs)
    let layers = try Layout(Images.layout(.debian)).manifest.layers.count
    #expect(fetched == layers + 1)
    #expect(try registry.blobsFetched(from: "layers/again").count <= fetched + 1)
    #expect(try firn.images().map(\.name) == ["first", "second"])
    #expect(try Set(firn.images().map(\.id)).count == 1)
  }

  @Test("two copies of a file in two unrelated images are stored once", .needs(.firn))
  func sameFiles() throws {
    let (large, small) = (noise(1_500_000, seed: 1), noise(60_000, seed: 2))
    let builder = LayoutBuilder(scratch: scratch)
    let first = try builder.layout(
      "first", layers: [["data/large": large, "data/small": small, "a/one": noise(5000, seed: 3)]])
    let second = try builder.layout(
      "second",
      layers: [["x": noise(3000, seed: 4)], ["else/big": large, "y": small, "z": Array("z".utf8)]])
    try firn.importImage("oci:\(first):latest", as: "first")
    let before = try firn.packBytes()
    #expect(before > large.count + small.count)
    try firn.importImage("oci:\(second):latest", as: "second")
    let growth = try firn.packBytes() - before
    #expect(growth >= 3000 && growth < 30_000, "the packs grew by \(growth) bytes")
    try firn("export", "second", scratch("second.squashfs"))
    let control = try Firn(creating: scratch("control"))
    try control.importImage("oci:\(second):latest", as: "second")
    try control("export", "second", scratch("control.squashfs"))
    #expect(try sameBytes(scratch("second.squashfs"), scratch("control.squashfs")))
  }

  @Test("two copies in one image are stored once, across its layers too", .needs(.firn))
  func sameFilesInOneImage() throws {
    let (large, small) = (noise(1_500_000, seed: 5), noise(60_000, seed: 6))
    let layout = try LayoutBuilder(scratch: scratch).layout(
      "image",
      layers: [["a": large, "b": large, "c": small], ["d": large, "e/f": small, "g": small]])
    try firn.importImage("oci:\(layout):latest", as: "image")
    let stored = try firn.packBytes()
    #expect(stored < large.count + small.count + 30_000, "\(stored) bytes are stored")
  }
}
