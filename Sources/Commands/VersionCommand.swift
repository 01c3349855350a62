public import ArgumentParser
internal import Store

/// `firn version`.
public struct VersionCommand: ParsableCommand {
  /// The version of this program.
  public static let version = "0.1.0"

  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the versions of this program and its store format.",
    discussion: "With --store also the format that the store has.")

  private struct Versions: Encodable {
    let version: String
    let storeFormat: UInt32
    let store: UInt32?
  }

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  /// Makes the command without values.
  public init() {}

  /// Prints the versions.
  public func run() throws {
    let format = StoreDescription.currentVersion
    let found = try store.path == nil ? nil : store.open().description.version
    if json.isOn {
      return try Output.json(
        Versions(version: Self.version, storeFormat: format, store: found))
    }
    Output.lines(["firn \(Self.version), store format \(format)"])
    if let found, let path = store.path { Output.lines(["\(path): format \(found)"]) }
  }
}
