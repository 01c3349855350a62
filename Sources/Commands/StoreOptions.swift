public import ArgumentParser
internal import Failures
internal import Linux
public import Store
internal import SystemPackage

/// The option that names stores, the same in every command.
public struct StoreOptions: ParsableArguments, Sendable {
  /// The stores' directories as they were given on the command line.
  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "The store's directory; may be repeated for commands that read.",
      discussion: "Otherwise FIRN_STORE, or 'store' or 'stores' in firn.json(5), names them.",
      valueName: "dir"))
  public var paths: [String] = []

  /// Makes the option without a value.
  public init() {}

  /// The first directory that was given.
  public var path: String? { paths.first }

  /// Opens the first store that the option, the environment or the configuration names: the one
  /// that commands write to.
  ///
  /// - Throws: `Failure` when none is named, `StoreError` when it cannot be used.
  public func open() throws -> Store {
    let paths = try StoreChoice(given: paths).paths
    return try Store.open(PosixDirectory(FilePath(paths.first ?? "")))
  }

  /// Opens the store as ``open()`` does, for commands that say something of one store only.
  ///
  /// - Throws: An error in the arguments when several were given, too.
  func openOnly() throws -> Store {
    guard paths.count <= 1 else {
      throw ValidationError("This command is about one store; give --store once.")
    }
    return try open()
  }

  /// The stores to look for something in.
  ///
  /// - Throws: `Failure` when none is named.
  func search() throws -> StoreSearch { StoreSearch(paths: try StoreChoice(given: paths).paths) }
}

/// The option for output that a program reads.
public struct JSONOption: ParsableArguments, Sendable {
  /// Whether the output, and errors, are JSON.
  @Flag(name: .customLong("json"), help: "Print JSON.")
  public var isOn = false

  /// Makes the option without a value.
  public init() {}
}
