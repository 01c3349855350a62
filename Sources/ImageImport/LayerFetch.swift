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
    if let recipe = try await session.table.claim(layer.diffID) { return reused(recipe) }
    do {
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
    guard session.sharing.isLarge(layer) else { return try await session.slots.using(fetched) }
    let key = session.key(of: layer.diffID)
    let wait = ForeignLayer(key, session: session)
    var mayWait = session.sharing.patience > .zero
    while true {
      let isPatient = mayWait
      let result = try await session.slots.using { try await announced(key, isPatient) }
      if let result { return result }
      progress(.layerWaiting(position: layer.position))
      mayWait = try await wait.end()
    }
  }

  /// Fetches a large layer, and says so meanwhile; nil where an import elsewhere is at it.
  private func announced(_ key: LayerKey, _ mayWait: Bool) async throws -> Result? {
    let staging = session.staging
    defer { staging.withdraw(key) }
    let isOurs = try staging.announce(key)
    guard isOurs || !mayWait else { return nil }
    if let recipe = try session.newest(layer.diffID) { return reused(recipe) }
    let pulse = Task { [pause = session.sharing.pulse] in
      while true {
        try await Task.sleep(for: pause)
        try? staging.renew(key)
      }
    }
    defer { pulse.cancel() }
    return try await fetched()
  }

  private func fetched() async throws -> Result {
    let result = try await read()
    try session.note(result.recipe, of: layer, request)
    progress(.layerDone(position: layer.position))
    return result
  }

  private func read() async throws -> Result {
    try Task.checkCancellation()
    progress(.layerStarted(position: layer.position))
    let stream = try await source.blob(layer)
    let content = session.content(of: layer)
    do { return try await read(stream, content) } catch {
      guard let again = await stream.restarted(after: error) else {
        content.discard()
        throw named(await stream.cause(of: error))
      }
      progress(.layerRestarted(position: layer.position))
      do { return try await read(again, content) } catch {
        content.discard()
        throw named(await again.cause(of: error))
      }
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

  private func read(_ stream: BlobStream, _ content: LayerContent) async throws -> Result {
    let received = ReceivedBytes()
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
