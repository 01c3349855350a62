internal import ArgumentParser
internal import Commands
internal import Failures
internal import FoundationEssentials
internal import OCI
internal import Registry
internal import SystemPackage
internal import Transports

/// The options of commands that are given references: how to talk to registries.
///
/// Names and meaning are as in skopeo and Podman.
struct RegistryArguments: ParsableArguments {
  @OptionGroup var use: RegistryUseArguments

  @Option(
    help: ArgumentHelp(
      "Credentials for the registry; visible to others in the process list, so prefer a file.",
      valueName: "user[:password]"))
  var creds: String?

  func options() throws -> RegistryOptions {
    var options = try use.options()
    options.credentials = creds.map { Credentials(parsing: $0) }
    return options
  }

  /// Refuses credentials that would be shown to more than one registry.
  func check(_ sources: [SourceName]) throws(Failure) {
    let hosts = Set(
      sources.compactMap { source in
        if case .registry(let reference) = source { reference.host } else { nil }
      })
    guard creds != nil, hosts.count > 1 else { return }
    throw Failure(
      .usage, "--creds is for a single registry, and the references name several",
      cause: hosts.sorted().joined(separator: ", "),
      nextStep: "Use --authfile or 'firn login', or run the command once for each registry")
  }
}

/// The options of commands that use images of registries, wherever these are named.
struct RegistryUseArguments: ParsableArguments {
  @OptionGroup var connection: ConnectionArguments

  @Option(
    help: ArgumentHelp(
      "Which images may be used, instead of /etc/containers/policy.json.", valueName: "file"))
  var policy: String?

  func options() throws -> RegistryOptions {
    var options = connection.options()
    options.policyFile = policy.map { FilePath($0) }
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
