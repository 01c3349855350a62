internal import ImageImport

/// How far a layer has come.
struct LayerProgress: Sendable {
  /// What is being done with it.
  enum State: Hashable, Sendable {
    case waiting
    /// Another import is fetching it.
    case awaited
    case arriving
    case done
    case reused
  }

  /// The layer.
  let layer: ImportedLayer
  /// What is being done with it.
  var state: State
  /// Whether it was waited for until that made no sense any more, and is fetched here.
  var wasAwaited = false
  /// What has arrived of it.
  var rate: TransferRate

  init(_ layer: ImportedLayer, at now: Double) {
    self.layer = layer
    state = layer.isReused ? .reused : .waiting
    rate = TransferRate(at: now)
  }

  /// Whether it has to be fetched.
  var isWanted: Bool { state != .reused }
}
