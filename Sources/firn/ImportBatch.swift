internal import Commands
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
  /// Whether neither progress nor summaries are shown.
  let isSilent: Bool
  let logger: Logger

  /// Imports all of them; stops at the first that fails.
  func run() async throws -> [ImportSummary] {
    var summaries: [ImportSummary] = []
    for source in sources { summaries.append(try await importImage(from: source)) }
    return summaries
  }

  private func importImage(from name: SourceName) async throws -> ImportSummary {
    var request = ImportRequest(
      names: names, platform: platform, text: "import \(name)", owner: effectiveUser(),
      primaryGroup: effectiveGroup(), visibility: visibility, group: group)
    request.isRepair = isRepair
    let display = ProgressDisplay("\(name)", isQuiet: isSilent)
    let source = try name.open(options: options, logger: logger)
    do {
      let importer = Importer(store, logger: logger) { display.show($0) }
      let summary = try await importer.run(request, from: source)
      await source.close()
      display.end()
      if !isSilent { Output.lines(SummaryLines(summary).lines) }
      return summary
    } catch {
      await source.close()
      display.end()
      throw error
    }
  }
}
