internal import OCI

/// What a container of an image runs unless it is told otherwise (OCI image specification, "Image
/// Configuration").
struct EntryCommand {
  /// How many words of a command are looked at.
  private static let mostWords = 64
  private static let usualPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

  /// The words of the entry point.
  let entryPoint: [[UInt8]]
  /// The words that follow them, or are the command where there is no entry point.
  let command: [[UInt8]]
  /// Where it is run.
  let workingDirectory: [UInt8]
  /// Where programs are looked for.
  let searchPath: [[UInt8]]
  /// `LD_LIBRARY_PATH`.
  let libraryPath: [[UInt8]]

  /// Takes the command from a configuration.
  init(_ configuration: ImageConfig) {
    let config = configuration.config
    entryPoint = Self.words(config["Entrypoint"])
    command = Self.words(config["Cmd"])
    workingDirectory = Array((config["WorkingDir"]?.string ?? "/").utf8)
    let variables = (config["Env"]?.array ?? []).compactMap(\.string)
    searchPath = Self.directories(Self.value(of: "PATH", in: variables) ?? Self.usualPath)
    libraryPath = Self.directories(Self.value(of: "LD_LIBRARY_PATH", in: variables) ?? "")
  }

  private static func words(_ value: JSONValue?) -> [[UInt8]] {
    (value?.array ?? []).prefix(mostWords).compactMap(\.string).map { Array($0.utf8) }
  }

  private static func value(of name: String, in variables: [String]) -> String? {
    let start = "\(name)="
    return variables.last { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
  }

  private static func directories(_ path: String) -> [[UInt8]] {
    path.utf8.split(separator: UInt8(ascii: ":")).prefix(mostWords).map { Array($0) }
  }
}
