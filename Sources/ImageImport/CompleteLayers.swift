internal import Digests
internal import Store
internal import Synchronization

/// Layers that are complete, while their recipes are not written; thread-safe.
final class CompleteLayers: Sendable {
  private struct State {
    var recipes: [Digest: LayerRecipe] = [:]
    var size: UInt64 = 0
  }

  private let state = Mutex(State())

  /// Adds a layer.
  ///
  /// - Parameters:
  ///   - size: What it took to fetch, in bytes.
  ///   - limit: How much may be lost.
  /// - Returns: Whether it is time to publish what there is.
  func add(_ recipe: LayerRecipe, size: UInt64, limit: UInt64) -> Bool {
    state.withLock { state in
      state.recipes[recipe.diffID] = recipe
      state.size = state.size.addingReportingOverflow(size).overflow ? .max : state.size + size
      return state.size >= limit
    }
  }

  /// Takes those of an image, or all.
  func take(_ diffIDs: Set<Digest>? = nil) -> [LayerRecipe] {
    state.withLock { state in
      let taken = state.recipes.filter { diffIDs?.contains($0.key) ?? true }
      for diffID in taken.keys { state.recipes[diffID] = nil }
      if state.recipes.isEmpty { state.size = 0 }
      return taken.values.sorted { $0.diffID.description < $1.diffID.description }
    }
  }
}
