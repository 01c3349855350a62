internal import ArgumentParser
internal import Commands
internal import Compression

/// The options that say what a layer may cost.
struct LayerLimitArguments: ParsableArguments {
  private static let longest = SizeArgument(bytes: StreamLimits().maximumOutput)

  @Option(
    help: ArgumentHelp(
      "Refuse layers that are longer when decompressed: \(SizeArgument.form); "
        + "otherwise \(Self.longest.text).",
      valueName: "size"), transform: SizeArgument.init(parsing:))
  var maxLayerSize = Self.longest

  @Option(
    help: ArgumentHelp(
      "Refuse layers that grow more often than this when decompressed, beyond their first GiB.",
      valueName: "number"))
  var maxRatio = StreamLimits().maximumRatio

  var limits: StreamLimits {
    StreamLimits(maximumOutput: maxLayerSize.bytes, maximumRatio: maxRatio)
  }

  func validate() throws {
    // No layer is of no bytes.
    guard maxLayerSize.bytes > 0 else {
      throw ValidationError("--max-layer-size is at least 1 byte.")
    }
    guard maxRatio > 0 else { throw ValidationError("--max-ratio is at least 1.") }
  }
}
