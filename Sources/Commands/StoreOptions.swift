public import ArgumentParser
internal import Failures
internal import Linux
public import Store
internal import SystemPackage

/// The option that names the store, the same in every command.
public struct StoreOptions: ParsableArguments, Sendable {
  /// The store's directory as it was given on the command line.
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The store's directory.",
      discussion: "Otherwise FIRN_STORE, or 'store' in firn.json(5), names it.",
      valueName: "dir"))
  public var path: String?

  /// Makes the option without a value.
  public init() {}

  /// Opens the store that the option, the environment or the configuration names.
  ///
  /// - Throws: `Failure` when none is named, `StoreError` when it cannot be used.
  public func open() throws -> Store {
    guard let path = try path ?? environmentVariable("FIRN_STORE") ?? Configuration.current().store
    else {
      throw Failure(
        .storeNotFound, "no store was named",
        nextStep: "Give --store DIR, set FIRN_STORE, or put {\"store\": \"DIR\"} into "
          + "/etc/firn/firn.json")
    }
    return try Store.open(PosixDirectory(FilePath(path)))
  }
}

/// The option for output that a program reads.
public struct JSONOption: ParsableArguments, Sendable {
  /// Whether the output, and errors, are JSON.
  @Flag(name: .customLong("json"), help: "Print JSON.")
  public var isOn = false

  /// Makes the option without a value.
  public init() {}
}
