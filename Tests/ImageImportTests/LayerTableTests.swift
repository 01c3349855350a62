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

  /// Waits until so many tasks wait for the layer; a minute is for ever.
  private func queue(_ count: Int) async throws {
    for _ in 0..<60_000 {
      if await table.waitingCount(layer) == count { return }
      try await Task.sleep(for: .milliseconds(1))
    }
    Issue.record("they do not wait")
  }

  @Test("gives a layer to the first who asks, and its recipe to all others")
  func once() async throws {
    #expect(await !table.isUnderway(layer))
    #expect(try await table.claim(layer) == nil)
    #expect(await table.isUnderway(layer))
    let waiting = (0..<5).map { _ in Task { try await table.claim(layer) } }
    try await queue(5)
    await table.end(layer, recipe)
    for task in waiting { #expect(try await task.value?.diffID == layer) }
    #expect(try await table.claim(layer)?.diffID == layer)
    #expect(await !table.isUnderway(layer))
  }

  @Test("lets a task that is cancelled go at once, and leaves the others waiting")
  func cancelled() async throws {
    #expect(try await table.claim(layer) == nil)
    let waiting = (0..<3).map { _ in Task { try await table.claim(layer) } }
    try await queue(3)
    waiting[1].cancel()
    await #expect(throws: CancellationError.self) { try await waiting[1].value }
    #expect(await table.waitingCount(layer) == 2)
    await table.end(layer, recipe)
    for index in [0, 2] { #expect(try await waiting[index].value?.diffID == layer) }
  }

  @Test("gives it to one of those who wait when the first fails")
  func failing() async throws {
    #expect(try await table.claim(layer) == nil)
    let waiting = (0..<5).map { _ in
      Task {
        guard let found = try await table.claim(layer) else {
          await table.end(layer, recipe)
          return 1
        }
        return found.diffID == layer ? 0 : 100
      }
    }
    try await queue(5)
    await table.end(layer, nil)
    var claimed = 0
    for task in waiting { claimed += try await task.value }
    #expect(claimed == 1)
  }

  @Test("keeps different layers apart")
  func different() async throws {
    #expect(try await table.claim(layer) == nil)
    #expect(try await table.claim(.of([4].span.bytes)) == nil)
    await table.end(.of([5].span.bytes), recipe)
    #expect(try await table.claim(.of([5].span.bytes)) == nil)
  }
}
