internal import ArgumentParser
internal import Commands

/// The program.
@main
enum Firn {
  static func main() async {
    await Program.main(FirnCommand.self)
  }
}

/// `firn`, with everything.
struct FirnCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "firn", abstract: "The image store of an HPC cluster.",
    discussion: """
      Staff import a registry image once; every node then shows it to Podman, and 'podman run' \
      starts at once: no pull, no unpacking. See firn(1).
      """,
    version: VersionCommand.version,
    subcommands: [
      InitCommand.self, LoginCommand.self, LogoutCommand.self, ImportCommand.self,
      CheckUpdateCommand.self,
    ]
      + NodeCommands.all.map { $0 == FsckCommand.self ? ImportingFsckCommand.self : $0 })
}
