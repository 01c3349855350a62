internal import SystemPackage

/// How a registry's TLS certificate is checked, and which one is shown to it.
struct TrustSettings: Hashable, Sendable {
  /// A certificate to show, and its key, both PEM files.
  struct ClientCertificate: Hashable, Sendable {
    let certificate: FilePath
    let key: FilePath
  }

  /// Whether the registry's certificate is checked at all.
  var verifies = true
  /// PEM files of authorities that are trusted in addition to the system's.
  var authorities: [FilePath] = []
  /// What is shown to a registry that asks.
  var clientCertificate: ClientCertificate?
}
