internal import Digests
internal import Store

/// The layers that the imports of a session fetch, so that each is fetched once.
actor LayerTable {
  private enum Entry {
    case underway(waiting: [CheckedContinuation<Void, Never>])
    case done(LayerRecipe)
  }

  private var entries: [Digest: Entry] = [:]

  /// Whether somebody is fetching a layer, so that ``claim(_:)`` will wait.
  func isUnderway(_ diffID: Digest) -> Bool {
    if case .underway = entries[diffID] { true } else { false }
  }

  /// Asks for a layer, and waits while somebody else is fetching it.
  ///
  /// - Returns: Its recipe; nil when it is the caller's to fetch, who then calls
  ///   ``end(_:_:)``, whatever comes of it.
  func claim(_ diffID: Digest) async -> LayerRecipe? {
    while true {
      switch entries[diffID] {
      case nil:
        entries[diffID] = .underway(waiting: [])
        return nil
      case .done(let recipe): return recipe
      case .underway(let waiting):
        await withCheckedContinuation { entries[diffID] = .underway(waiting: waiting + [$0]) }
      }
    }
  }

  /// Ends what a claim began.
  ///
  /// - Parameter recipe: The layer's recipe; nil when it could not be fetched, so that one of those
  ///   who wait tries.
  func end(_ diffID: Digest, _ recipe: LayerRecipe?) {
    guard case .underway(let waiting) = entries[diffID] else { return }
    entries[diffID] = recipe.map { .done($0) }
    for continuation in waiting { continuation.resume() }
  }
}
