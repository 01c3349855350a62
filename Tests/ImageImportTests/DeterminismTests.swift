import ImageSamples
import Store
import Testing

@testable import ImageImport

/// The root blob is a function of the layers' content alone.
@Suite("The same layers again")
struct DeterminismTests {
  /// Six layers with content in common, holes, and small files that share fragment blocks.
  private static func layers(_ form: ArchivedLayer.Form) throws -> [ArchivedLayer] {
    let shared = SampleBytes.noise(30_000, seed: 99)
    return try (0..<6).map { layer in
      var files: [String: [UInt8]] = [
        "d\(layer % 2)/shared": shared, "zeros-\(layer)": [UInt8](repeating: 0, count: 9000),
        "own-\(layer)": SampleBytes.noise(50_000 - 7000 * layer, seed: UInt64(layer)),
      ]
      for number in 0..<12 {
        files["d\(number % 3)/\(layer)-\(number)"] = SampleBytes.text(
          300 + 90 * number, seed: UInt64(layer * 20 + number))
      }
      return try ArchivedLayer(files, form: form)
    }
  }

  @Test(
    "give the same root blob, however they are compressed and in whatever pieces they arrive",
    arguments: ArchivedLayer.Form.allCases)
  func rootBlob(form: ArchivedLayer.Form) async throws {
    let reference = try ImportFixture()
    try await reference.run(try StubSource(try Self.layers(.plain)), as: ["x"])
    let expected = try reference.rootBlob("x")
    let layers = try Self.layers(form)
    for pieceSize in [37, 4096, 1 << 20] {
      let fixture = try ImportFixture()
      try await fixture.run(try StubSource(layers, pieceSize: pieceSize), as: ["x"])
      #expect(try fixture.rootBlob("x") == expected, "pieces of \(pieceSize)")
      let records = try [reference, fixture].map { try $0.store.newest().image("x") }
      #expect(records[0].rootIdentity == records[1].rootIdentity)
    }
  }

  @Test("give the same root blob in a store that has some of them already", arguments: 0..<6)
  func knownLayers(known: Int) async throws {
    let layers = try Self.layers(.plain)
    let reference = try ImportFixture()
    try await reference.run(try StubSource(layers), as: ["x"])
    let fixture = try ImportFixture()
    try await fixture.run(try StubSource([layers[known]], label: "part"), as: ["part"])
    try await fixture.run(try StubSource(layers), as: ["x"])
    #expect(try fixture.rootBlob("x") == reference.rootBlob("x"))
  }
}
