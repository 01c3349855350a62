internal import ArgumentParser
internal import Commands
internal import Failures
internal import Linux
internal import Logging
internal import Registry

/// `firn login REGISTRY`.
struct LoginCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "login", abstract: "Keep credentials for a registry.",
    discussion: """
      The registry is asked whether it accepts them. They are kept where Podman keeps and looks \
      for them.
      """)

  @OptionGroup var connection: ConnectionArguments

  @Option(
    name: .shortAndLong,
    help: ArgumentHelp("The user; otherwise the terminal is asked.", valueName: "user"))
  var username: String?

  @Flag(help: "Read the password from standard input; otherwise the terminal is asked.")
  var passwordStdin = false

  @Argument(help: ArgumentHelp("Host, port and, for a part of it, path.", valueName: "registry"))
  var registry: String

  func validate() throws {
    if passwordStdin && username == nil {
      throw ValidationError("--password-stdin goes with --username.")
    }
  }

  func run() async throws {
    let name = try RegistryName(parsing: registry)
    let options = connection.options()
    let file = LoginFile(options)
    try file.check()
    let input = LoginInput(registry: name)
    let user = try username ?? input.user()
    try LoginInput.check(user: user)
    let password = try passwordStdin ? LoginInput.passwordFromStandardInput() : input.password()
    let outcome = try await Login(name, options: options, logger: Log.make())
      .verify(.password(user: user, password: password))
    let place = try await file.store(user: user, password: password, for: name)
    if outcome == .notAsked {
      Log.make().warning("the registry asks nobody for credentials; they were not checked")
    }
    Output.lines(["logged in to \(name) as \(user); \(place) has the credentials"])
  }
}
