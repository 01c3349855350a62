public import Digests
public import Store

/// What the files of a store take, by area, listed or not.
public struct StoreSizes: Hashable, Sendable {
  /// The files of an area.
  public struct Area: Hashable, Sendable {
    /// How many files.
    public var files: Int = 0
    /// Their sizes in bytes.
    public var bytes: UInt64 = 0

    /// Makes an empty area.
    public init() {}
  }

  /// The files of each area.
  public private(set) var areas: [StoreArea: Area] = [:]

  /// All files.
  public var total: Area {
    areas.values.reduce(into: Area()) { sum, area in
      sum.files += area.files
      sum.bytes += area.bytes
    }
  }

  /// Lists every area, and opens each file whose size neither the catalog nor the caller knows.
  ///
  /// Files that go meanwhile are passed over, as is what cannot be opened as a file.
  /// - Parameter objectSizes: Sizes of image objects that are known.
  public init(
    of store: Store, _ catalog: Catalog, objectSizes: [SHA256Digest: UInt64] = [:]
  ) throws(StoreError) {
    var known: [StorePath: UInt64] = [:]
    for pack in catalog.packs { known[pack.path] = pack.size }
    for run in catalog.indexRuns { known[run.path] = run.size }
    for (object, size) in objectSizes { known[StorePath(.images, object.hex)] = size }
    for area in StoreArea.allCases {
      var sum = Area()
      for name in try store.names(in: area) where area != .root || !Self.isArea(name) {
        let path = StorePath(area, name)
        let size: UInt64?
        // What is no file, or cannot be opened, is somebody else's.
        if let found = known[path] { size = found } else { size = try? store.size(of: path) }
        guard let size else { continue }
        sum.files += 1
        sum.bytes &+= size
      }
      areas[area] = sum
    }
  }

  private static func isArea(_ name: String) -> Bool { StoreArea(rawValue: name) != nil }
}
