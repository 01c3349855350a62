public import Store

/// What a collector saw of a store: all that a ``CollectionPlan`` depends on, besides its policy.
public struct Survey: Hashable, Sendable {
  /// A file that the catalog does not list.
  public struct Unlisted: Hashable, Sendable {
    /// The file.
    public var path: StorePath
    /// What it says of itself.
    public var origin: FileOrigin

    /// Names a file.
    public init(_ path: StorePath, _ origin: FileOrigin) {
      self.path = path
      self.origin = origin
    }
  }

  /// The time: seconds since the epoch.
  public var now: Int64
  /// The newest catalog, read after everything else but ``leases``.
  public var catalog: Catalog
  /// The leases, listed after the catalog was read: see ``CatalogRules``.
  public var leases: [Lease] = []
  /// Who was writing, listed after the files of ``unlisted``.
  public var owners: [StagingOwner] = []
  /// Those of ``owners`` that are dead or whose time ran out.
  public var goneOwners: [StagingOwner] = []
  /// Files that were staged and have no owner.
  public var strays: [StorePath] = []
  /// The oldest generation that some owner may still make a successor of: generations after it stay.
  public var oldestBase: UInt64 = .max
  /// Packs, image objects and index runs that the catalog does not list.
  public var unlisted: [Unlisted] = []
  /// The start bundles and access traces.
  public var companions: [Companion] = []
  /// The layer recipes.
  public var recipes: [LayerKey] = []
  /// The layers that the catalog's image objects name; nil when one of these cannot be read.
  public var neededLayers: Set<LayerKey>? = []
  /// Of recipes that no image names: the packs that no image counts on in which their blocks lie.
  public var sparePacks: [LayerKey: Set<PackID>] = [:]
  /// The generations, ascending.
  public var generations: [UInt64] = []
  /// The last generation that is older than a policy keeps; nil when none is.
  public var lastOldGeneration: UInt64?
  /// How much of packs is in use by images that are not condemned, as far as that is known.
  public var packUse: [PackID: PackUse] = [:]

  /// A survey of a store of which nothing but the catalog was looked at.
  public init(now: Int64, catalog: Catalog) {
    self.now = now
    self.catalog = catalog
  }
}
