internal import ArgumentParser
internal import Commands
internal import Digests
internal import Failures
internal import FoundationEssentials
internal import ImageImport
internal import Logging
internal import Registry
internal import Store
internal import SystemPackage
internal import Transports

/// `firn check-update NAME...`.
struct CheckUpdateCommand: AsyncParsableCommand {
  /// The exit status that says that something is newer: as with dnf(8).
  static let newerStatus: Int32 = 100

  static let configuration = CommandConfiguration(
    commandName: "check-update", abstract: "Say whether registries have newer images.",
    discussion: """
      Asks the registry that each image was imported from, by digest, whether the same tag means \
      another image now; nothing is fetched or written. The exit status is 0 when all images are \
      current and 100 when one is not.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption
  @OptionGroup var registry: RegistryUseArguments

  /// Refused: the registries are those that the store names, which others may have written.
  @Option(help: .hidden) var creds: String?

  @Argument(
    help: ArgumentHelp(
      "The images: names, ids or beginnings of ids, or digests.", valueName: "name"))
  var names: [String]

  func validate() throws {
    guard creds == nil else {
      throw ValidationError(
        "--creds does not go with registries that the store names; "
          + "use --authfile or 'firn login'.")
    }
  }

  func run() async throws {
    let store = try store.open()
    let options = try registry.options()
    let logger = Log.make()
    let check = try UpdateCheck(store)
    let isJSON = json.isOn
    let reports = try await Interruption.guarding("the check was interrupted") { [names] in
      var reports: [UpdateReport] = []
      for name in names {
        let report = await UpdateReport(name) { source in
          try await check.run(name) {
            source = "\($0)"
            return try $0.open(options: options, logger: logger)
          }
        }
        if !isJSON { Output.lines([report.line]) }
        reports.append(report)
        try Task.checkCancellation()
      }
      return reports
    }
    if isJSON { try Output.json(reports) }
    try Program.requireOutput()
    if let failure = reports.lazy.compactMap(\.failure).first { throw failure }
    if reports.contains(where: { $0.state == .newer }) { throw ExitCode(Self.newerStatus) }
  }
}
