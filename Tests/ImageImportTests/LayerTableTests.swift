import Compression
import Digests
import ImageSamples
import Store
import Testing

@testable import ImageImport

@Suite("The table of layers")
struct LayerTableTests {
  private let table = LayerTable()
  private let layer = Digest.of([1, 2, 3].span.bytes)
  private let recipe = LayerRecipe(
    diffID: .of([1, 2, 3].span.bytes),
    parameters: StoreParameters(blockSize: 4096, compressor: .zstd, level: 3), entries: [],
    blocks: [], fragments: [])

  @Test("gives a layer to the first who asks, and its recipe to all others")
  func once() async {
    #expect(await !table.isUnderway(layer))
    #expect(await table.claim(layer) == nil)
    #expect(await table.isUnderway(layer))
    let waiting = (0..<5).map { _ in Task { await table.claim(layer) } }
    await table.end(layer, recipe)
    for task in waiting { #expect(await task.value?.diffID == layer) }
    #expect(await table.claim(layer)?.diffID == layer)
    #expect(await !table.isUnderway(layer))
  }

  @Test("gives it to one of those who wait when the first fails")
  func failing() async {
    #expect(await table.claim(layer) == nil)
    let waiting = (0..<5).map { _ in
      Task {
        guard let found = await table.claim(layer) else {
          await table.end(layer, recipe)
          return 1
        }
        return found.diffID == layer ? 0 : 100
      }
    }
    await table.end(layer, nil)
    var claimed = 0
    for task in waiting { claimed += await task.value }
    #expect(claimed == 1)
  }

  @Test("keeps different layers apart")
  func different() async {
    #expect(await table.claim(layer) == nil)
    #expect(await table.claim(.of([4].span.bytes)) == nil)
    await table.end(.of([5].span.bytes), recipe)
    #expect(await table.claim(.of([5].span.bytes)) == nil)
  }
}
