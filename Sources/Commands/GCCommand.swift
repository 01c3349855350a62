public import ArgumentParser
internal import Collection
internal import Relocation
internal import Store

/// `firn gc`.
public struct GCCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "gc", abstract: "Collect what a store does not need any more.",
    discussion: """
      Made for cron. Removed images are condemned when --keep-within is over and deleted when \
      --grace is over after that; before, undelete brings them back and imports reuse their \
      content. What somebody holds a lease on stays. May be interrupted, and run twice at once.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Flag(help: "Only print what would be done, and why.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "How long removed and nameless images and old generations are kept: "
        + "\(DurationArgument.form); otherwise "
        + "\(DurationArgument(seconds: CollectionPolicy().keepWithin).text).",
      valueName: "time"), transform: DurationArgument.init(parsing:))
  var keepWithin = DurationArgument(seconds: CollectionPolicy().keepWithin)

  @Option(
    help: ArgumentHelp(
      "How many former images of each name are kept whatever their age.", valueName: "number"))
  var keepLast = 0

  @Option(
    help: ArgumentHelp(
      "How long condemned content can still be rescued, as above; otherwise "
        + "\(DurationArgument(seconds: CollectionPolicy().grace).text).",
      valueName: "time"), transform: DurationArgument.init(parsing:))
  var grace = DurationArgument(seconds: CollectionPolicy().grace)

  @Option(
    parsing: .singleValue,
    help: ArgumentHelp("First pin an image, so that it stays without a name.", valueName: "image"))
  var pin: [String] = []

  @Option(
    parsing: .singleValue, help: ArgumentHelp("First unpin an image.", valueName: "image"))
  var unpin: [String] = []

  /// Makes the command without values.
  public init() {}

  /// Refuses numbers that make no sense.
  public func validate() throws {
    guard keepLast >= 0 else { throw ValidationError("--keep-last must not be negative.") }
  }

  /// Collects, or prints what would be.
  public func run() throws {
    let store = try store.openOnly()
    let collector = Collector(
      store,
      policy: CollectionPolicy(
        keepWithin: keepWithin.seconds, keepLast: keepLast, grace: grace.seconds),
      repacker: PackRepacker())
    if dryRun {
      let plan = try collector.plan { (catalog) throws(StoreError) in try repinned(catalog) }
      return try print(plan, nil)
    }
    if !pin.isEmpty || !unpin.isEmpty {
      let words = pin.map { "pin \($0)" } + unpin.map { "unpin \($0)" }
      try store.publish("gc: " + words.joined(separator: "; ")) { (catalog) throws(StoreError) in
        try repinned(catalog)
      }
    }
    let plan = try collector.plan()
    try print(plan, try collector.execute(plan))
  }

  private func repinned(_ catalog: Catalog) throws(StoreError) -> Catalog {
    var result = catalog
    for image in pin { result = try result.changing(image, pinned: true) }
    for image in unpin { result = try result.changing(image, pinned: false) }
    return result
  }

  private func print(_ plan: CollectionPlan, _ report: CollectionReport?) throws {
    if json.isOn { return try Output.json(CollectionSummary(plan, report)) }
    if let report {
      Output.lines(CollectionSummary.lines(report))
    } else {
      Output.lines(plan.steps.map(CollectionSummary.line))
    }
  }
}
