/// What a collector does to something (firn-store(7), "Collection").
public enum Action: String, Hashable, Sendable, CaseIterable {
  /// The staged files of a command that is dead are removed.
  case clear
  /// An image without a name is moved to the retired images.
  case retire
  /// A retired image or a pack is marked as going.
  case condemn
  /// A retired image or a pack is taken out of the catalog, and then its file removed.
  case drop
  /// A file that nothing needs is removed.
  case remove
  /// Generations are removed after their operations went into the history.
  case archive
  /// The live blocks of a pack are written elsewhere, so that it can be condemned.
  case repack
  /// Runs of the block index are merged.
  case merge
  /// Nothing yet.
  case wait
}
