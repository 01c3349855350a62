/// The content of `firn.json`: what a program must know before it touches the store
/// (firn-store(5), "firn.json").
public struct StoreDescription: Hashable, Sendable {
  /// The format version this program reads and writes.
  public static let currentVersion: UInt32 = 1

  /// The format version.
  public var version: UInt32
  /// 32 random hexadecimal digits that tell this store from every other.
  public var id: String
  /// How content is cut and compressed.
  public var parameters: StoreParameters
  /// Features beyond the version.
  public var features: FeatureFlags
  /// How files should be laid out on a parallel file system.
  public var striping: StripingPolicy
  /// Who may read the store's files, and who sees new images.
  public var access: StoreAccess

  /// Describes a store of the current version.
  public init(
    id: String, parameters: StoreParameters, features: FeatureFlags = FeatureFlags(),
    striping: StripingPolicy = StripingPolicy(), access: StoreAccess = StoreAccess()
  ) {
    version = Self.currentVersion
    self.id = id
    self.parameters = parameters
    self.features = features
    self.striping = striping
    self.access = access
  }
}
