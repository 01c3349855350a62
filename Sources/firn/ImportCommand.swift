internal import ArgumentParser
internal import Commands
internal import Compression
internal import Failures
internal import FoundationEssentials
internal import ImageImport
internal import Logging
internal import OCI
internal import Registry
internal import Store
internal import SystemPackage
internal import Transports

/// `firn import REF...`.
struct ImportCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import", abstract: "Import images from registries, archives and storages.",
    discussion: """
      REF is docker://HOST/PATH[:TAG][@DIGEST], oci:DIR[:TAG], oci-archive:FILE[:TAG], \
      docker-archive:FILE[:TAG], dir:DIR or containers-storage:[[ROOT]]IMAGE, as in skopeo. Layers that the store knows are not fetched, and \
      content that it has is not stored again. An image appears whole, or not at all.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption
  @OptionGroup var registry: RegistryArguments
  @OptionGroup var access: AccessOptions

  @Option(
    name: .customLong("name"),
    help: ArgumentHelp(
      "A name for the image in the store; may be repeated. Otherwise the reference's own.",
      valueName: "name"))
  var names: [String] = []

  @Option(
    help: ArgumentHelp(
      "Take this image of an index; otherwise Linux on this machine's architecture.",
      valueName: "os/arch[/variant]"))
  var platform: String?

  @Option(
    help: ArgumentHelp(
      "How long to wait for a layer that another import is fetching before fetching it, too: "
        + "\(DurationArgument.form); 0 for not at all; otherwise \(Self.patience.text).",
      valueName: "duration"), transform: DurationArgument.init(parsing:))
  var wait = Self.patience

  @OptionGroup var limits: LayerLimitArguments

  @Flag(name: .shortAndLong, help: "Print errors only.")
  var quiet = false

  @Flag(
    name: .shortAndLong,
    help: "Also print which credentials and which settings are used.")
  var verbose = false

  @Argument(help: ArgumentHelp("The images to import.", valueName: "ref"))
  var references: [String]

  private static let patience = DurationArgument(
    seconds: LayerSharing().patience.components.seconds)

  func validate() throws {
    if references.count > 1 && !names.isEmpty {
      throw ValidationError("--name goes with a single image.")
    }
    if quiet && verbose { throw ValidationError("--quiet and --verbose exclude each other.") }
  }

  func run() async throws {
    let platform = try platform.map { try Platform(parsing: $0) }
    let options = try registry.options()
    let sources = try references.map { try SourceName(parsing: $0, options: options) }
    try registry.check(sources)
    for name in names { try ImageName.validate(name) }
    let style: ImportDisplay.Style =
      json.isOn ? .json(events: !quiet) : quiet ? .silent : .current()
    let display = ImportDisplay(style, names: sources.map { "\($0)" })
    let batch = ImportBatch(
      sources: sources, names: names, platform: platform, visibility: access.visibility,
      group: access.group, store: try store.open(), options: options,
      sharing: LayerSharing(patience: .seconds(min(wait.seconds, 365 * 86_400))),
      limits: limits.limits,
      display: display,
      logger: Log.make(level: quiet ? .error : verbose ? .info : .notice) { display.note($0) })
    try await Interruption.guarding { try await batch.run() }
  }
}
