public import Digests

/// What happens during an import, for whoever shows it.
public enum ImportEvent: Sendable {
  /// The source was asked; this many layers, of which some are in the store already.
  case resolved(digest: Digest, layers: Int, known: Int, bytes: UInt64)
  /// Bytes of layers arrived.
  case received(bytes: Int)
  /// A layer is complete.
  case layerDone(digest: Digest)
  /// The layers are being linked and published.
  case linking
}

/// Takes the events of an import; called from several tasks at once.
public typealias ImportProgress = @Sendable (ImportEvent) -> Void
