public import Digests
public import Flattening

/// What an import did.
public struct ImportSummary: Sendable {
  /// The names the image has now because of the import.
  public var names: [String]
  /// The image id: the hex digits of the config's digest.
  public var id: String
  /// The manifest's digest.
  public var digest: Digest
  /// How many layers the image has.
  public var layers = 0
  /// How many of them were fetched.
  public var fetchedLayers = 0
  /// How many bytes of layers arrived.
  public var fetchedBytes: UInt64 = 0
  /// The bytes of all files of the image.
  public var contentSize: UInt64 = 0
  /// How many bytes of blocks the store has grown by.
  public var storedBytes: UInt64 = 0
  /// What was left out or made up.
  public var report = FlatteningReport()
  /// Whether the store had the image, under these names, before.
  public var wasUnchanged = false
}
