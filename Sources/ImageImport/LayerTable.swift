internal import Digests
internal import Store

/// The layers that the imports of a session fetch, so that each is fetched once.
actor LayerTable {
  private enum Entry {
    case underway(WaitingTasks)
    case done(LayerRecipe)
  }

  private var entries: [Digest: Entry] = [:]

  /// Whether somebody is fetching a layer, so that ``claim(_:)`` will wait.
  func isUnderway(_ diffID: Digest) -> Bool {
    if case .underway = entries[diffID] { true } else { false }
  }

  /// How many tasks wait for a layer.
  func waitingCount(_ diffID: Digest) -> Int {
    if case .underway(let waiting) = entries[diffID] { waiting.count } else { 0 }
  }

  /// Whether somebody is fetching a layer or has fetched it.
  func isTaken(_ diffID: Digest) -> Bool { entries[diffID] != nil }

  /// Asks for a layer, and waits while somebody else is fetching it.
  ///
  /// - Returns: Its recipe; nil when it is the caller's to fetch, who then calls
  ///   ``end(_:_:)``, whatever comes of it.
  /// - Throws: `CancellationError` when the task is cancelled while it waits.
  func claim(_ diffID: Digest) async throws -> LayerRecipe? {
    while true {
      switch entries[diffID] {
      case nil:
        entries[diffID] = .underway(WaitingTasks())
        return nil
      case .done(let recipe): return recipe
      case .underway: try await waitForEnd(diffID)
      }
    }
  }

  private func waitForEnd(_ diffID: Digest) async throws {
    guard case .underway(var waiting) = entries[diffID] else { return }
    let ticket = waiting.ticket()
    entries[diffID] = .underway(waiting)
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        add(continuation, ticket, diffID)
      }
    } onCancel: {
      Task { await self.cancel(ticket, diffID) }
    }
  }

  private func add(
    _ continuation: CheckedContinuation<Void, any Error>, _ ticket: WaitingTasks.Ticket,
    _ diffID: Digest
  ) {
    guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
    guard case .underway(var waiting) = entries[diffID] else { return continuation.resume() }
    waiting.add(ticket, continuation)
    entries[diffID] = .underway(waiting)
  }

  private func cancel(_ ticket: WaitingTasks.Ticket, _ diffID: Digest) {
    guard case .underway(var waiting) = entries[diffID] else { return }
    waiting.cancel(ticket)
    entries[diffID] = .underway(waiting)
  }

  /// Ends what a claim began.
  ///
  /// - Parameter recipe: The layer's recipe; nil when it could not be fetched, so that one of those
  ///   who wait tries.
  func end(_ diffID: Digest, _ recipe: LayerRecipe?) {
    guard case .underway(var waiting) = entries[diffID] else { return }
    entries[diffID] = recipe.map { .done($0) }
    waiting.resumeAll()
  }
}
