internal import ImageImport
internal import Linux
internal import Logging
internal import OCI
internal import Registry
internal import Store
internal import Transports

/// The images that one command imports, one after the other.
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
  /// Whether images are only imported to repair them; see ``ImportRequest/isRepair``.
  var isRepair = false
  /// Shows the images, in the order of ``sources``.
  let display: ImportDisplay
  let logger: Logger

  /// Imports all of them; stops at the first that fails.
  ///
  /// What came of an image is shown at once, whatever becomes of the next.
  func run() async throws {
    try await display.watching {
      for (index, source) in sources.enumerated() { try await importImage(index, from: source) }
    }
  }

  private func importImage(_ index: Int, from name: SourceName) async throws {
    var request = ImportRequest(
      names: names, platform: platform, text: "import \(name)", owner: effectiveUser(),
      primaryGroup: effectiveGroup(), visibility: visibility, group: group)
    request.isRepair = isRepair
    request.origin = ImageOrigin(name, platform: platform)
    let source = try name.open(options: options, logger: logger)
    display.begin(index)
    do {
      let importer = Importer(store, logger: logger) { display.show($0, of: index) }
      let summary = try await importer.run(request, from: source)
      await source.close()
      display.end(index, summary)
    } catch {
      await source.close()
      display.end(index, nil)
      throw error
    }
  }
}
