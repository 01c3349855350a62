public import ArgumentParser

/// The options of `firn fsck`, in both programs.
public struct FsckOptions: ParsableArguments, Sendable {
  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Flag(help: "Read every stored block, too, and check it.")
  var data = false

  @Flag(help: "Repair what can be repaired.")
  var repair = false

  /// Where to take from what is lost: other stores, or images as `firn import` takes them.
  @Option(
    name: .customLong("from"),
    help: ArgumentHelp(
      "Take what is lost from another store, or import an image again; may be repeated.",
      valueName: "source"))
  public var sources: [String] = []

  @Flag(help: "Only make the files look used that the store needs, for cleaners of scratch space.")
  var keepalive = false

  @Option(help: ArgumentHelp("Read no faster than this many MB a second.", valueName: "mb/s"))
  var rate: UInt64?

  @Flag(help: "Go on with a check of all blocks that was interrupted.")
  var resume = false

  @Option(
    name: .customLong("state"),
    help: ArgumentHelp(
      "Keep the progress of a check of all blocks here, and go on with what is there.",
      valueName: "file"))
  var stateFile: String?

  /// Makes the options without values.
  public init() {}

  /// Refuses options that mean nothing together.
  public func validate() throws {
    if keepalive && (data || repair || !sources.isEmpty) {
      throw ValidationError("--keepalive checks nothing and goes alone.")
    }
    if !repair && !sources.isEmpty { throw ValidationError("--from goes with --repair.") }
    if !data && (rate != nil || resume || stateFile != nil) {
      throw ValidationError("--rate, --resume and --state go with --data.")
    }
    if rate == 0 { throw ValidationError("--rate must be at least 1.") }
  }
}
