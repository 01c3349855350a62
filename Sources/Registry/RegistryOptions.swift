public import SystemPackage

/// What a person or a caller may choose about registries.
///
/// The names are those of skopeo's and podman's options.
public struct RegistryOptions: Sendable {
  /// `--tls-verify`: true insists on TLS with a trusted certificate, false does without either,
  /// nil leaves it to registries.conf(5), where loopback addresses may also do without TLS.
  public var verifiesTLS: Bool?
  /// `--creds`: used before any file, for the host that a reference names; for mirrors and other
  /// locations that registries.conf(5) gives it only where they have that host.
  public var credentials: Credentials?
  /// `--authfile`: the only file to look for credentials in.
  public var authFile: FilePath?
  /// `--cert-dir`: the only directory to look for certificates in.
  public var certificateDirectory: FilePath?
  /// `--policy`: the only file to ask which images may be used.
  public var policyFile: FilePath?
  /// The environment, which names files to look into, and proxies.
  public var environment: [String: String]
  /// The longest time a registry may be silent while something is expected of it.
  public var idleTimeout = Duration.seconds(60)
  /// The longest time a connection may take.
  public var connectTimeout = Duration.seconds(15)
  /// How many failures in a row are borne before a registry is given up.
  public var retries = 5
  /// Where registries.conf and certs.d are; for tests.
  public var systemDirectory: FilePath = "/etc"
  /// What waits between two attempts; for tests.
  public var clock: any Clock<Duration> = ContinuousClock()

  /// Makes options with every default.
  ///
  /// - Parameter environment: The process's environment.
  public init(environment: [String: String] = [:]) { self.environment = environment }

  /// A variable of the environment; one that is empty counts as unset (XDG Base Directory
  /// Specification).
  func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }
}
