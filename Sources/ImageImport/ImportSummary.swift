public import Digests
public import Flattening
public import Store

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
  /// How many bytes of layers arrived, in the attempt that succeeded.
  public var fetchedBytes: UInt64 = 0
  /// The bytes of all files of the image.
  public var contentSize: UInt64 = 0
  /// The bytes of blocks that the image would take in a SquashFS file of its own, without its
  /// metadata; 0 when it was not linked.
  public var dataBytes: UInt64 = 0
  /// How many bytes of blocks the store has grown by.
  public var storedBytes: UInt64 = 0
  /// What was left out or made up.
  public var report = FlatteningReport()
  /// Who sees the image now, where the store had it and the import changed that.
  public var newAccess: ImageAccess?
  /// Whether the store had the image, under these names, before.
  public var wasUnchanged = false

  /// How many of the layers need not be fetched.
  public var reusedLayers: Int { layers - fetchedLayers }

  /// How many times the bytes that the store has grown by the image's blocks are; nil where that
  /// says nothing, as the store has not grown.
  public var dedupRatio: Double? {
    storedBytes == 0 ? nil : Double(dataBytes) / Double(storedBytes)
  }

  init(names: [String], id: String, digest: Digest) {
    self.names = names
    self.id = id
    self.digest = digest
  }
}
