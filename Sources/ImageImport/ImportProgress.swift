public import Digests

/// A layer of an image that is being imported, for whoever shows it.
public struct ImportedLayer: Hashable, Sendable {
  /// Its place in the image: 1 is the lowest.
  public var position: Int
  /// The digest of the blob as its source has it.
  public var digest: Digest
  /// The bytes of that blob.
  public var size: UInt64
  /// Whether it need not be fetched: the store knows it, or the image has it twice.
  public var isReused: Bool

  /// Makes a value from its parts.
  public init(position: Int, digest: Digest, size: UInt64, isReused: Bool) {
    self.position = position
    self.digest = digest
    self.size = size
    self.isReused = isReused
  }
}

/// What happens during an import, for whoever shows it.
///
/// Layers are told apart by ``ImportedLayer/position``. An import that finds the image in the store
/// has no events but ``published(id:names:)``, and that only if it changes something.
public enum ImportEvent: Sendable {
  /// The source was asked; these are the layers, lowest first.
  case resolved(digest: Digest, layers: [ImportedLayer])
  /// Another import is fetching the layer; this one waits for it.
  case layerWaiting(position: Int)
  /// Another import has fetched the layer.
  case layerReused(position: Int)
  /// A layer is being fetched.
  case layerStarted(position: Int)
  /// Bytes of a layer arrived.
  case received(position: Int, bytes: Int)
  /// Wrong bytes arrived: what came of the layer is void, and it is being fetched again.
  case layerRestarted(position: Int)
  /// A layer is complete.
  case layerDone(position: Int)
  /// The layers are being linked and published.
  case linking
  /// Packs that the import counts on were collected: everything since ``resolved(digest:layers:)``
  /// is void, and happens again.
  case beganAgain
  /// The image is in the store under these names.
  case published(id: String, names: [String])
}

/// Takes the events of an import; called from several tasks at once.
public typealias ImportProgress = @Sendable (ImportEvent) -> Void
