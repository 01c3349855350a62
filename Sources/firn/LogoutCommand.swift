internal import ArgumentParser
internal import Commands
internal import Registry

/// `firn logout [REGISTRY]`.
struct LogoutCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "logout", abstract: "Remove the credentials for a registry.")

  @OptionGroup var file: AuthFileArgument

  @Flag(help: "Remove the credentials for all registries that the file has.")
  var all = false

  @Argument(
    help: ArgumentHelp("Host, port and path, as given to 'firn login'.", valueName: "registry"))
  var registry: String?

  func validate() throws {
    if all == (registry != nil) {
      throw ValidationError("Give either a registry or --all.")
    }
  }

  func run() async throws {
    let file = LoginFile(self.file.options())
    guard let registry else {
      try file.removeAll()
      Output.lines(["logged out of all registries in \(file.path)"])
      return
    }
    let name = try RegistryName(parsing: registry)
    try await file.remove(name)
    Output.lines(["logged out of \(name)"])
  }
}
