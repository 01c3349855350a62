internal import Commands
internal import Compression
internal import Failures
internal import ImageImport
internal import Linux
internal import Logging
internal import OCI
internal import Registry
internal import Store
internal import Transports

/// The images that one command imports.
struct ImportBatch: Sendable {
  let sources: [SourceName]
  /// The names of the image, when there is one; empty for its own.
  let names: [String]
  let platform: Platform?
  /// Who is to see the images; nil for the store's rule.
  var visibility: ImageAccess.Visibility?
  /// The group of their rules; nil for the store's or the importer's.
  var group: UInt32?
  let store: Store
  let options: RegistryOptions
  /// How work is shared with imports elsewhere.
  var sharing = LayerSharing()
  /// What each layer may cost.
  var limits = StreamLimits()
  /// Whether images are only imported to repair them; see ``ImportRequest/isRepair``.
  var isRepair = false
  /// Shows the images, in the order of ``sources``.
  let display: ImportDisplay
  let logger: Logger

  /// How many images are imported at once.
  private static let imagesAtOnce = 3

  /// Imports all of them, several at once, which share layers.
  ///
  /// What came of an image is shown at once, whatever becomes of the others.
  ///
  /// - Throws: What the only image threw; of several, a failure with the code of the first that
  ///   failed, after the reasons were shown.
  func run() async throws {
    let failures = try await display.watching { try await importAll() }
    guard let first = failures.min(by: { $0.key < $1.key })?.value else { return }
    guard sources.count > 1 else { throw first }
    throw Failure(
      first.code,
      "\(failures.count) of \(sources.count) images \(failures.count == 1 ? "was" : "were") "
        + "not imported",
      nextStep: "See above why; the others are in the store")
  }

  /// - Returns: What went wrong, by the number of the image.
  private func importAll() async throws -> [Int: Failure] {
    let importer = Importer(store, sharing: sharing, limits: limits, logger: logger)
    let failures = await withTaskGroup(of: (Int, Failure?).self) { group in
      var failures: [Int: Failure] = [:]
      for index in sources.indices {
        if index >= Self.imagesAtOnce, let (done, failure) = await group.next() {
          failures[done] = failure
        }
        group.addTask { (index, await self.importImage(index, importer)) }
      }
      for await (done, failure) in group { failures[done] = failure }
      return failures
    }
    try Task.checkCancellation()
    return failures
  }

  private func importImage(_ index: Int, _ importer: Importer) async -> Failure? {
    do {
      try Task.checkCancellation()
      try await importImage(from: sources[index], importer, index)
      return nil
    } catch {
      let failure = Failure(presenting: error)
      display.end(index, nil)
      guard sources.count > 1, !Task.isCancelled else { return failure }
      let named = Failure(
        failure.code, "\(sources[index]): \(failure.sentence)", cause: failure.cause,
        nextStep: failure.nextStep)
      display.note(Program.report(named))
      return failure
    }
  }

  private func importImage(
    from name: SourceName, _ importer: Importer, _ index: Int
  ) async throws {
    var request = ImportRequest(
      names: names, platform: platform, text: "import \(name)", owner: effectiveUser(),
      primaryGroup: effectiveGroup(), visibility: visibility, group: group)
    request.isRepair = isRepair
    request.origin = ImageOrigin(name, platform: platform)
    request.isLocal = request.origin == nil
    let source = try name.open(options: options, logger: logger)
    display.begin(index)
    do {
      let summary = try await importer.run(request, from: source) {
        display.show($0, of: index)
      }
      await source.close()
      if !isRepair, !summary.wasUnchanged {
        GuessedBundle(in: store, logger: logger).make(for: summary.id)
      }
      display.end(index, summary)
    } catch {
      await source.close()
      throw error
    }
  }
}
