internal import AdditionalImageStore
internal import EntryPoints
internal import Failures
internal import ImageTree
public import Logging
internal import OCI
internal import StartBundles
public import Store

/// Makes the first start bundle of an image that was imported, of which no start is known: of a
/// guess at what its entry point reads.
///
/// Any trace is better: bundles that are made of traces take its place.
public struct GuessedBundle {
  /// How large the bundle may become.
  private static let sizeLimit: UInt64 = 32 << 20

  private let store: Store
  private let logger: Logger

  /// Makes bundles in a store.
  public init(in store: Store, logger: Logger) {
    self.store = store
    self.logger = logger
  }

  /// Makes the bundle where the store has neither one nor a trace of the image.
  ///
  /// Never fails: whatever goes wrong is a line in the log, for nobody needs a bundle.
  ///
  /// - Parameter id: The id of an image of the store.
  /// - Returns: Whether there is a new bundle.
  @discardableResult
  public func make(for id: String) -> Bool {
    do {
      guard let summary = try build(id) else { return false }
      logger.debug(
        "a start bundle was made of a guess",
        metadata: ["image": "\(id)", "pages": "\(summary.pages)", "bytes": "\(summary.fileSize)"])
      return true
    } catch {
      logger.debug(
        "no start bundle is made of a guess",
        metadata: ["image": "\(id)", "reason": "\(Failure(presenting: error))"])
      return false
    }
  }

  private func build(_ id: String) throws -> BundleBuilder.Summary? {
    let catalog = try store.newest()
    guard let record = catalog.images.first(where: { $0.id == id }),
      try store.bundle(of: record.rootIdentity) == nil,
      try store.traces(of: record.rootIdentity).isEmpty
    else { return nil }
    let image = try OpenedImage(id, record: record, in: store).image
    guard let config = image.object.documents[DocumentName.config],
      let trace = StartGuess(image, try ImageConfig(parsing: config)).trace()
    else { return nil }
    let staging = try store.stage(purpose: "start bundle of \(id)")
    defer { staging.finish() }
    return try BundleBuilder(sizeLimit: Self.sizeLimit)
      .build(trace, from: ImagePages(image), in: staging)
  }
}
