internal import Digests
internal import Failures
internal import Flattening
internal import Logging
internal import OCI
internal import Registry
internal import Store
internal import Transports

/// Gets one layer that the store does not have: from another import that is at it, or the source.
struct LayerFetch: Sendable {
  /// A layer that is complete.
  struct Result: Sendable {
    var recipe: LayerRecipe
    /// What it took; nil where somebody else fetched it.
    var fetched: Fetched?
  }

  /// What it took to fetch a layer.
  struct Fetched: Sendable {
    /// Bytes that arrived.
    var bytes: UInt64
    var storedBytes: UInt64
    var report: FlatteningReport
  }

  let session: ImportSession
  let layer: ImageLayer
  let source: any ImageSource
  let request: ImportRequest
  let progress: ImportProgress

  /// Gets the layer.
  func run() async throws -> Result {
    if await session.table.isUnderway(layer.diffID) {
      progress(.layerWaiting(position: layer.position))
    }
    if let recipe = await session.table.claim(layer.diffID) { return reused(recipe) }
    do {
      try Task.checkCancellation()
      let result = try await claimed()
      await session.table.end(layer.diffID, result.recipe)
      return result
    } catch {
      await session.table.end(layer.diffID, nil)
      throw error
    }
  }

  private func reused(_ recipe: LayerRecipe) -> Result {
    progress(.layerReused(position: layer.position))
    return Result(recipe: recipe)
  }

  private func claimed() async throws -> Result {
    guard session.sharing.isLarge(layer) else { return try await fetched() }
    let key = session.key(of: layer.diffID)
    if let recipe = try await foreign(key) { return reused(recipe) }
    defer { session.staging.withdraw(key) }
    return try await fetched()
  }

  /// The layer, where an import elsewhere has just completed it; waits for one that is at it.
  private func foreign(_ key: LayerKey) async throws -> LayerRecipe? {
    let sharing = session.sharing
    let start = ContinuousClock.now
    var pause = sharing.firstPause
    while try !session.staging.announce(key) {
      if pause == sharing.firstPause { progress(.layerWaiting(position: layer.position)) }
      guard start.duration(to: .now) < sharing.patience else {
        session.logger.notice(
          "another import has been fetching a layer for too long; it is fetched here, too",
          metadata: ["layer": "\(layer.descriptor.digest)"])
        return nil
      }
      try await Task.sleep(for: pause)
      pause = min(pause * 2, sharing.longestPause)
    }
    guard let recipe = try session.newest(layer.diffID) else { return nil }
    session.staging.withdraw(key)
    return recipe
  }

  private func fetched() async throws -> Result {
    await session.slots.enter()
    let result: Result
    do {
      result = try await read()
    } catch {
      await session.slots.leave()
      throw error
    }
    await session.slots.leave()
    try session.note(result.recipe, of: layer, request)
    progress(.layerDone(position: layer.position))
    return result
  }

  private func read() async throws -> Result {
    try Task.checkCancellation()
    progress(.layerStarted(position: layer.position))
    let stream = try await source.blob(layer)
    do { return try await read(stream) } catch {
      guard let again = await stream.restarted(after: error) else {
        throw named(await stream.cause(of: error))
      }
      progress(.layerRestarted(position: layer.position))
      do { return try await read(again) } catch { throw named(await again.cause(of: error)) }
    }
  }

  /// An error that says which layer it is about, where it is about a layer's content.
  private func named(_ error: any Error) -> any Error {
    let failure = Failure(presenting: error)
    guard failure.code == .imageInvalid else { return error }
    return Failure(
      failure.code, "layer \(layer.position), \(layer.descriptor.digest): \(failure.sentence)",
      cause: failure.cause, nextStep: failure.nextStep)
  }

  private func read(_ stream: BlobStream) async throws -> Result {
    let received = ReceivedBytes()
    let content = session.content(of: layer)
    let imported = try await session.layerImport.run(
      stream, diffID: layer.diffID, content: content
    ) {
      received.add($0)
      progress(.received(position: layer.position, bytes: $0))
    }
    return Result(
      recipe: imported.recipe,
      fetched: Fetched(
        bytes: received.count, storedBytes: imported.storedBytes, report: imported.report))
  }
}
