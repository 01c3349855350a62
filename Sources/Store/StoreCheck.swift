internal import Digests

/// One check of a store's structure: everything but the content of the stored blocks.
///
/// Reads only, each file at most twice, and runs beside any other command: what those publish
/// meanwhile is no problem. In memory it keeps nine bytes for each block of the store and a window of
/// one run of the index. Owned by one caller.
public struct StoreCheck {
  /// The store that is checked.
  public let store: Store
  /// What was found, in the order in which it was.
  public internal(set) var findings: [Problem] = []
  /// The newest catalog that can be read; nil when there is none, or before ``run()``.
  public internal(set) var catalog: Catalog?
  /// The packs whose structure is whole: their blocks can be checked.
  public internal(set) var soundPacks: [PackRecord] = []

  /// The rows of each pack whose trailer is good.
  var rows: [PackID: PackRows] = [:]
  /// The names in each area that is there, as they were at the beginning.
  var names: [StoreArea: [String]] = [:]
  /// The writers that were there after that; nil when they cannot be told.
  var writers: Set<WriterToken>?
  /// Whether every listed index run could be read.
  var hasWholeIndex = true

  /// Begins a check; nothing is read.
  public init(_ store: Store) { self.store = store }

  /// Checks everything the newest readable catalog counts on, and looks at every name.
  public mutating func run() {
    // A writer lists its files before its file in staging/ goes, so in this order of reads a file
    // without writer and not listed stays so.
    listAreas()
    writers = (try? store.stagingOwners()).map { Set($0.map(\.token)) }
    checkGenerations()
    if let catalog {
      for pack in catalog.packs { check(pack, of: catalog) }
      checkIndex(of: catalog)
      for image in catalog.images { check(image, of: catalog, isCondemned: false) }
      let restorable = Set(catalog.restorable.map(\.image.object))
      for entry in catalog.retired {
        // What cannot come back, only readers that had it open can miss.
        let isGone = entry.condemned != nil || !restorable.contains(entry.image.object)
        check(entry.image, of: catalog, isCondemned: isGone)
      }
    }
    checkNames()
    checkRecipes()
    checkHistory()
    checkStrays()
    dismissOvertaken()
  }

  /// Does something that reads, and notes what an error amounts to.
  mutating func attempt<Value>(
    _ path: StorePath, images: [String] = [], isNote: Bool = false,
    _ body: (Store) throws(StoreError) -> Value
  ) -> Value? {
    do throws(StoreError) {
      return try body(store)
    } catch {
      findings.append(Problem(error, at: path, images: images, isNote: isNote))
      return nil
    }
  }

  /// Drops what was found of files that are not listed any more, and of those that are by now.
  private mutating func dismissOvertaken() {
    guard let catalog, let latest = try? store.newest(), latest.generation > catalog.generation
    else { return }
    let before = catalog.listedPaths
    let now = latest.listedPaths
    findings.removeAll { finding in
      finding.kind == .unlisted
        ? now.contains(finding.path)
        : before.contains(finding.path) && !now.contains(finding.path)
    }
  }
}

extension Catalog {
  /// The files of packs, image objects and index runs that the catalog lists, retired ones
  /// included.
  public var listedPaths: Set<StorePath> {
    var paths = Set(packs.map(\.path))
    paths.formUnion(indexRuns.map(\.path))
    for image in images + retired.map(\.image) { paths.insert(image.path) }
    return paths
  }

  /// The ids of the images, retired ones that are not condemned included, that count on a pack.
  public func images(countingOn pack: PackRecord) -> [String] {
    var seen: Set<String> = []
    return keptImages.filter { $0.packs.contains(pack.number) }.map(\.id)
      .filter { seen.insert($0).inserted }
  }
}

extension PackRecord {
  /// The pack's file.
  public var path: StorePath { StorePath(.packs, id.description) }
}

extension ImageRecord {
  /// The file of the image's object.
  public var path: StorePath { StorePath(.images, object.hex) }
}

extension IndexRunRecord {
  /// The run's file.
  public var path: StorePath { StorePath(.index, id.hex) }
}
