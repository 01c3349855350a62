internal import ArgumentParser
internal import Commands
internal import ImageImport
internal import Store
internal import Transports

/// `firn fsck`, which can import and link images, too.
struct ImportingFsckCommand: AsyncParsableCommand {
  static let configuration = FsckCommand.presentation(
    sources: "SOURCE is the directory of another store, or an image as 'firn import' takes it.")

  @OptionGroup var options: FsckOptions
  @OptionGroup var registry: RegistryArguments
  @OptionGroup var limits: LayerLimitArguments

  func run() async throws {
    let options = try registry.options()
    let logger = Log.make()
    let limits = self.limits.limits
    // Before the store is looked at: a repair would take the refusal for a source that is of no use.
    try registry.check(
      self.options.sources.compactMap { try? SourceName(parsing: $0, options: options) })
    try await FsckRun(self.options).run(
      relink: { store, image in try Importer(store, logger: logger).relink(image) },
      reimport: { store, references in
        let sources = try references.map { try SourceName(parsing: $0, options: options) }
        let batch = ImportBatch(
          sources: sources, names: [], platform: nil, store: store, options: options,
          limits: limits, isRepair: true,
          display: ImportDisplay(.silent, names: sources.map { "\($0)" }),
          logger: logger)
        try await batch.run()
      })
  }
}
