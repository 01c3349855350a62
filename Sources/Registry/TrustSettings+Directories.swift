internal import Linux
internal import SystemPackage

extension TrustSettings {
  /// Finds the certificates for a registry by containers-certs.d(5): the directory of
  /// `--cert-dir`, else the first there is of those named after host and port.
  init(for host: String, verifies: Bool, options: RegistryOptions) throws(RegistryError) {
    self.verifies = verifies
    if let directory = options.certificateDirectory {
      try add(directory)
    } else if let directory = Self.directories(for: host, options).first(where: Paths.exists) {
      try add(directory)
    }
  }

  private static func directories(for host: String, _ options: RegistryOptions) -> [FilePath] {
    let home = options.environment["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) }
    return [
      home?.appending(".config/containers/certs.d"),
      options.systemDirectory.appending("containers/certs.d"),
      options.systemDirectory.appending("docker/certs.d"),
    ].compactMap { $0?.appending(host) }
  }

  /// Adds `*.crt` as authorities, and the first pair of `NAME.cert` and `NAME.key`.
  private mutating func add(_ directory: FilePath) throws(RegistryError) {
    let names: [String]
    do { names = try Paths.list(directory) } catch { throw .unreadable(directory, error) }
    authorities = names.filter { $0.hasSuffix(".crt") }.map { directory.appending($0) }
    for name in names where name.hasSuffix(".cert") {
      let key = "\(name.dropLast(5)).key"
      guard names.contains(key) else {
        throw .configuration(
          file: directory.appending(name).string, reason: "its key \(key) is missing")
      }
      if clientCertificate == nil {
        clientCertificate = ClientCertificate(
          certificate: directory.appending(name), key: directory.appending(key))
      }
    }
  }
}
