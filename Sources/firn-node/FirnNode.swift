internal import ArgumentParser
internal import Commands

/// The program for compute nodes: all of `firn` but what needs an HTTP client.
@main
enum FirnNode {
  static func main() async {
    await Program.main(FirnNodeCommand.self)
  }
}

/// `firn-node`.
struct FirnNodeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "firn-node", abstract: "The node's part of Firn: firn without init and import.",
    version: VersionCommand.version, subcommands: NodeCommands.all)
}
