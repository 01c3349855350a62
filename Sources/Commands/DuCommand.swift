internal import Accounting
public import ArgumentParser
internal import Logging
internal import Store

/// `firn du [NAME...]`.
public struct DuCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "du", abstract: "Say what images take of a store, and what removing would free.",
    discussion: """
      Of each image: the size of its files (LOGICAL), what it takes in the store (STORED) and what \
      of that only it has (UNIQUE) or others have too (SHARED), and what removing and collecting \
      it would free (RECLAIMABLE). Without a name also what the store takes as a whole.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Argument(
    help: ArgumentHelp(
      "Names, ids or digests; all images if there is none.", valueName: "image"))
  var images: [String] = []

  /// Makes the command without values.
  public init() {}

  /// Prints the usage.
  public func run() throws {
    let store = try store.openOnly()
    let catalog = try store.newest()
    var wanted: Set<UInt32> = []
    for reference in images { wanted.insert(try catalog.image(reference).number) }
    let usage = try StoreUsage(
      of: catalog, in: store, images: { wanted.isEmpty || wanted.contains($0.number) },
      countingFiles: images.isEmpty)
    if json.isOn { return try Output.json(UsageObject(usage)) }
    let report = UsageReport(usage)
    Output.lines(report.lines)
    for line in report.warnings { Log.make().warning("\(line)") }
  }
}
