internal import Digests
internal import Store
internal import Synchronization

/// Layers that are complete, while their recipes are not written; thread-safe.
final class CompleteLayers: Sendable {
  /// A layer, and what it took to fetch, in bytes.
  struct Layer: Sendable {
    var recipe: LayerRecipe
    var size: UInt64
  }

  private let layers = Mutex<[Digest: Layer]>([:])

  /// Adds a layer.
  ///
  /// - Parameter limit: How many bytes may have to be fetched again.
  /// - Returns: All layers there are, which are the caller's, when they come to the limit.
  func add(_ layer: Layer, limit: UInt64) -> [Layer] {
    layers.withLock { layers in
      layers[layer.recipe.diffID] = layer
      var rest = limit
      for layer in layers.values { rest -= min(rest, layer.size) }
      guard rest == 0 else { return [] }
      defer { layers = [:] }
      return Self.sorted(layers)
    }
  }

  /// Takes those of an image, or all.
  func take(_ diffIDs: Set<Digest>? = nil) -> [Layer] {
    layers.withLock { layers in
      let taken = layers.filter { diffIDs?.contains($0.key) ?? true }
      for diffID in taken.keys { layers[diffID] = nil }
      return Self.sorted(taken)
    }
  }

  /// Gives back what was taken and could not be written.
  func restore(_ taken: [Layer]) {
    layers.withLock { layers in
      for layer in taken { layers[layer.recipe.diffID] = layer }
    }
  }

  private static func sorted(_ layers: [Digest: Layer]) -> [Layer] {
    layers.sorted { $0.key.description < $1.key.description }.map(\.value)
  }
}
