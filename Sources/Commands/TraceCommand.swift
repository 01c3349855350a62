public import ArgumentParser
internal import Failures
internal import StartBundles
internal import Store

/// `firn trace NAME -- COMMAND`.
public struct TraceCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "trace", abstract: "Run a container once and learn what its start reads.",
    discussion: """
      Runs COMMAND in the image with podman, from a mount of its own, and remembers every page that \
      is read. Then the image's start bundle is made: nodes read it in a few large pieces when the \
      image starts, before anything is asked for. Traces of several commands add up. Slower than an \
      ordinary start.
      """)

  @OptionGroup var store: StoreOptions

  @OptionGroup var json: JSONOption

  @Option(
    name: .customLong("run-option"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "An option for podman run; may be repeated.", valueName: "option"))
  var runOptions: [String] = []

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest.")
  var image: String

  @Argument(help: "The command; otherwise what the image runs.")
  var command: [String] = []

  /// Makes the command without values.
  public init() {}

  /// Runs the container and makes the bundle.
  public func run() throws {
    let found = try store.search().find(image)
    // Before anything is run: it may take long, and must not be in vain.
    let staging = try found.store.stage(purpose: "trace \(image)")
    defer { staging.finish() }
    let run = TracedRun(
      store: found.store, image: found.image, options: runOptions, command: command)
    let trace = try run.trace()
    guard trace.pageCount > 0 else {
      throw Failure(
        .problemsFound, "the container read nothing of the image",
        nextStep: "Give a command that the image has")
    }
    let bundle = ImageBundle(store: found.store, image: found.image)
    let before = bundle.table.map { BundleFit(AccessTrace(of: $0), trace) }
    let summary = try bundle.build(adding: trace, in: staging)
    try staging.write(trace)
    try BundleReport(image, summary, before: before).write(asJSON: json.isOn)
  }
}
