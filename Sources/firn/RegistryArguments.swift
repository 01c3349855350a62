internal import ArgumentParser
internal import Commands
internal import Failures
internal import FoundationEssentials
internal import Registry
internal import SystemPackage

/// The options that say how to talk to registries; names and meaning as in skopeo and Podman.
struct RegistryArguments: ParsableArguments {
  @OptionGroup var connection: ConnectionArguments

  @Option(
    help: ArgumentHelp(
      "Credentials for the registry; visible to others in the process list, so prefer a file.",
      valueName: "user[:password]"))
  var creds: String?

  @Option(
    help: ArgumentHelp(
      "Which images may be used, instead of /etc/containers/policy.json.", valueName: "file"))
  var policy: String?

  func options() throws -> RegistryOptions {
    var options = connection.options()
    options.policyFile = policy.map { FilePath($0) }
    options.credentials = creds.map { Credentials(parsing: $0) }
    return options
  }
}

/// The options of everything that connects to a registry.
struct ConnectionArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whether the registry must prove who it is; false also allows plain HTTP.",
      valueName: "true|false"))
  var tlsVerify: Bool?

  @OptionGroup var file: AuthFileArgument

  @Option(
    help: ArgumentHelp(
      "A directory with certificates of authorities and of this client.", valueName: "dir"))
  var certDir: String?

  @Option(
    help: ArgumentHelp(
      "How long a registry may be silent before the connection is given up: "
        + "\(DurationArgument.form); otherwise \(Self.usual.text).",
      valueName: "duration"), transform: DurationArgument.init(parsing:))
  var idleTimeout = Self.usual

  private static let usual = DurationArgument(
    seconds: RegistryOptions().idleTimeout.components.seconds)

  func validate() throws {
    // Above a day it is no limit any more, and the timers' arithmetic need not be trusted with it.
    guard (1...86_400).contains(idleTimeout.seconds) else {
      throw ValidationError("--idle-timeout is at least 1s and at most 1d.")
    }
  }

  func options() -> RegistryOptions {
    var options = file.options()
    options.verifiesTLS = tlsVerify
    options.certificateDirectory = certDir.map { FilePath($0) }
    options.idleTimeout = .seconds(idleTimeout.seconds)
    return options
  }
}

/// The option that names the file with credentials.
struct AuthFileArgument: ParsableArguments {
  @Option(help: ArgumentHelp("Where credentials are kept.", valueName: "file"))
  var authfile: String?

  func options() -> RegistryOptions {
    var options = RegistryOptions(environment: ProcessInfo.processInfo.environment)
    options.authFile = authfile.map { FilePath($0) }
    return options
  }
}
