internal import ArgumentParser
internal import Commands
internal import Failures
internal import FoundationEssentials
internal import Registry
internal import SystemPackage

/// The options that say how to talk to registries; names and meaning as in skopeo and Podman.
struct RegistryArguments: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Whether the registry must prove who it is; false also allows plain HTTP.",
      valueName: "true|false"))
  var tlsVerify: Bool?

  @Option(help: ArgumentHelp("Where credentials are kept.", valueName: "file"))
  var authfile: String?

  @Option(
    help: ArgumentHelp(
      "Credentials for the registry; visible to others in the process list, so prefer a file.",
      valueName: "user[:password]"))
  var creds: String?

  @Option(
    help: ArgumentHelp(
      "A directory with certificates of authorities and of this client.", valueName: "dir"))
  var certDir: String?

  func options() throws -> RegistryOptions {
    var options = RegistryOptions(environment: ProcessInfo.processInfo.environment)
    options.verifiesTLS = tlsVerify
    options.credentials = creds.map { Credentials(parsing: $0) }
    options.authFile = authfile.map { FilePath($0) }
    options.certificateDirectory = certDir.map { FilePath($0) }
    return options
  }
}
