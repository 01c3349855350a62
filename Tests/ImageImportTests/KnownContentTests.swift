import Digests
import ImageSamples
import Store
import Testing

@testable import ImageImport

@Suite("What an import knows of a store")
struct KnownContentTests {
  private let fixture: ImportFixture

  init() throws { fixture = try ImportFixture() }

  /// Imports an image of one layer; the layer's recipe.
  private func recipe(_ seed: UInt64) async throws -> LayerRecipe {
    let layer = try ArchivedLayer(["a": SampleBytes.noise(20_000, seed: seed)])
    try await fixture.run(try StubSource([layer], label: "\(seed)"), as: ["image-\(seed)"])
    let key = LayerKey(diffID: layer.diffID, parameters: fixture.store.parameters)
    return try #require(try fixture.store.recipe(key))
  }

  private func isKnown(_ recipe: LayerRecipe, to known: KnownContent) -> Bool {
    recipe.blocks.allSatisfy { known.location($0) != nil && known.block($0.content) == $0 }
  }

  @Test("comes to include what a newer catalog lists, keeps the rest, and may be read again")
  func load() async throws {
    let first = try await recipe(1)
    let known = KnownContent(try BlockIndex(loading: try fixture.store.newest(), of: fixture.store))
    #expect(!first.blocks.isEmpty && isKnown(first, to: known))
    let second = try await recipe(2)
    #expect(!second.blocks.isEmpty && !isKnown(second, to: known))
    for _ in 0..<2 {
      try known.load(try fixture.store.newest(), of: fixture.store)
      #expect(isKnown(first, to: known) && isKnown(second, to: known))
    }
    #expect(known.addedCount == 0)
  }

  @Test("is read by several at once without losing anything")
  func concurrent() async throws {
    let known = KnownContent(try BlockIndex(loading: try fixture.store.newest(), of: fixture.store))
    var recipes: [LayerRecipe] = []
    for seed in 1...4 { recipes.append(try await recipe(UInt64(seed))) }
    let store = fixture.store
    let catalog = try store.newest()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<8 { group.addTask { try known.load(catalog, of: store) } }
      try await group.waitForAll()
    }
    for recipe in recipes { #expect(isKnown(recipe, to: known)) }
  }
}
