import ArgumentParser
import Commands
import OCI

/// What a command's own description says of its options, read from the parser.
struct CommandHelp {
  struct Argument {
    /// The long names, or none for what is given by its place.
    let longNames: [String]
    let valueName: String
    let isShown: Bool
    let hasText: Bool
  }

  let name: String
  let arguments: [Argument]

  static var all: [CommandHelp] {
    get throws { try ([InitCommand.self] + NodeCommands.all).map { try CommandHelp($0) } }
  }

  init(_ command: any ParsableCommand.Type) throws {
    let json = try JSONValue(parsing: Array(command._dumpHelp().utf8))
    let description = json["command"]
    name = description?["commandName"]?.string ?? ""
    arguments = (description?["arguments"]?.array ?? []).map { argument in
      let names = argument["names"]?.array ?? []
      return Argument(
        longNames: names.filter { $0["kind"]?.string == "long" }.compactMap { $0["name"]?.string },
        valueName: argument["valueName"]?.string ?? "",
        isShown: argument["shouldDisplay"]?.bool ?? true,
        hasText: argument["abstract"]?.string?.isEmpty == false)
    }
  }
}
