internal import OCI
internal import Transports

/// How imports, on whatever hosts, share the work on a layer.
///
/// A large layer is published by itself as soon as it is complete, so that nothing has to be
/// fetched again when the import ends early, and announced while it is fetched, so that others can
/// wait for it (firn-store(7), "Layers under way").
public struct LayerSharing: Sendable {
  /// From how many bytes on, as its source has them, a layer is large.
  public var smallest: UInt64 = 16 << 20
  /// How long to wait for a layer that another import is fetching before it is fetched here, too.
  public var patience: Duration
  /// How long to wait at first before looking again, which doubles up to ``longestPause``.
  public var firstPause: Duration = .milliseconds(250)
  /// How long to wait at most before looking again: one path operation each time.
  public var longestPause: Duration = .seconds(10)

  /// How often an import that is fetching a layer gives a sign of life: two path operations.
  public var pulse: Duration = .seconds(20)
  /// After how long without a sign of life an import elsewhere is taken for dead.
  public var silence: Duration = .seconds(60)

  /// Makes a value.
  public init(patience: Duration = .seconds(600)) { self.patience = patience }

  /// Whether a layer is large.
  func isLarge(_ layer: ImageLayer) -> Bool { layer.descriptor.size >= smallest }
}
