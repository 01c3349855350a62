public import ArgumentParser
internal import Store

/// `firn version`.
public struct VersionCommand: ParsableCommand {
  /// The version of this program.
  public static let version = "0.1.0"

  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Print the versions of this program and its store format.")

  private struct Versions: Encodable {
    let version: String
    let storeFormat: UInt32
  }

  @OptionGroup var json: JSONOption

  /// Makes the command without values.
  public init() {}

  /// Prints the versions.
  public func run() throws {
    let format = StoreDescription.currentVersion
    if json.isOn {
      return try Output.json(Versions(version: Self.version, storeFormat: format))
    }
    Output.lines(["firn \(Self.version), store format \(format)"])
  }
}
