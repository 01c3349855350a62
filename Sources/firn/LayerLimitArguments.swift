internal import ArgumentParser
internal import Commands
internal import Compression

/// The options that say what a layer may cost.
struct LayerLimitArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Refuse layers that are longer when decompressed: bytes, or with K, M, G or T.",
      valueName: "size"))
  var maxLayerSize = SizeArgument(bytes: StreamLimits().maximumOutput)

  @Option(
    help: ArgumentHelp(
      "Refuse layers that grow more often than this when decompressed, beyond their first GiB.",
      valueName: "number"))
  var maxRatio = StreamLimits().maximumRatio

  var limits: StreamLimits {
    StreamLimits(maximumOutput: maxLayerSize.bytes, maximumRatio: maxRatio)
  }
}
