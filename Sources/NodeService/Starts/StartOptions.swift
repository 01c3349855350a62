/// What a server does about the start of images.
public struct StartOptions: Sendable {
  /// Whether start bundles are used.
  public var usesBundles = true
  /// Whether what images read when they start is remembered and, where the store may be written and
  /// knows nothing better, written there.
  public var recordsTraces = true
  /// Whether all reads are remembered until the server ends, and nothing else is done: for
  /// ``StoreServer/traces``.
  public var onlyRecords = false
  /// For how long an image starts, in seconds.
  public var duration: Double = 60

  /// Nothing is done.
  public static var off: StartOptions {
    var options = StartOptions()
    options.usesBundles = false
    options.recordsTraces = false
    return options
  }

  /// Makes the defaults.
  public init() {}
}
