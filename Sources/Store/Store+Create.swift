internal import Compression
internal import Failures
public import Linux
internal import SystemPackage

extension Store {
  /// Makes a store in a directory that is new, empty, or left by an interrupted attempt.
  ///
  /// firn.json is linked last: before that there is no store, and the same call may be repeated.
  /// All directories get the group and mode that `access` says, also the store's own where it was
  /// there before; files get theirs from their directories.
  /// Throws `alreadyAStore`, `notEmpty`, `invalidParameters` or what the file system refuses.
  ///
  /// - Parameter laidOut: Told what became of each area's layout, which is set before any file is
  ///   made there.
  public static func create(
    at directory: any StoreDirectory, parameters: StoreParameters,
    features: FeatureFlags = FeatureFlags(), striping: StripingPolicy = StripingPolicy(),
    access: StoreAccess = StoreAccess(), surroundings: Surroundings = Surroundings(),
    laidOut: (StoreArea, LayoutOutcome) -> Void = { _, _ in }
  ) throws(StoreError) -> Store {
    try check(parameters)
    try makeAreas(in: directory, access)
    for area in StoreArea.allCases {
      laidOut(area, directory.setLayout(striping.layout(of: area), of: area))
    }
    let store = Store(
      directory: directory,
      description: StoreDescription(
        id: Token.random(words: 2), parameters: parameters, features: features, striping: striping,
        access: access),
      surroundings: surroundings)
    try store.clearLeftovers()
    let staging = try store.stage(purpose: "create")
    defer { staging.finish() }
    try store.writeFirstGeneration(staging)
    let text: [UInt8]
    do throws(FormatError) {
      text = try SealedText.encode(store.description)
    } catch {
      throw .invalidObject(error)
    }
    guard try staging.write(text, onceAs: .description) else {
      throw .alreadyAStore(directory.location)
    }
    return store
  }

  private static func check(_ parameters: StoreParameters) throws(StoreError) {
    do throws(FormatError) {
      try parameters.validate()
    } catch {
      throw .invalidParameters(error.description)
    }
    do throws(CompressionError) {
      _ = try BlockCompressor(parameters.compressor, level: Int(parameters.level))
    } catch {
      throw .invalidParameters(error.failure.sentence)
    }
  }

  private static func makeAreas(
    in directory: any StoreDirectory, _ access: StoreAccess
  ) throws(StoreError) {
    _ = try make(.root, in: directory)
    let present = try namesWithoutStore(in: directory)
    let ours = Set(StoreArea.subdirectories.map(\.rawValue))
    guard present.allSatisfy({ ours.contains($0) || StagingOwner.isTemporary($0) }) else {
      throw .notEmpty(directory.location)
    }
    for area in StoreArea.subdirectories { _ = try make(area, in: directory) }
    // Another may have been faster, with another access, which is not to be changed.
    _ = try namesWithoutStore(in: directory)
    do throws(SystemError) {
      for area in StoreArea.allCases { try directory.setAccess(access, of: area) }
      try directory.synchronize(.root)
    } catch {
      throw .system(error)
    }
  }

  /// What there is in a directory that is no store yet.
  private static func namesWithoutStore(
    in directory: any StoreDirectory
  ) throws(StoreError) -> [String] {
    let names: [String]
    do throws(SystemError) {
      names = try directory.list(.root)
    } catch {
      throw .system(error)
    }
    guard !names.contains(StorePath.description.name) else {
      throw .alreadyAStore(directory.location)
    }
    return names
  }

  /// Whether the area had to be made.
  private static func make(
    _ area: StoreArea, in directory: any StoreDirectory
  ) throws(StoreError) -> Bool {
    do throws(SystemError) {
      try directory.makeDirectory(area)
      return true
    } catch {
      guard error.errno == .fileExists else { throw .system(error) }
      return false
    }
  }

  private func writeFirstGeneration(_ staging: StagingArea) throws(StoreError) {
    var catalog = Catalog()
    catalog.generation = 1
    catalog.operation = operation("init")
    _ = try staging.write(try Self.encode(catalog), onceAs: .generation(1))
  }
}
