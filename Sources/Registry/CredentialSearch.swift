internal import Linux
internal import Logging
internal import OCI
internal import SystemPackage

/// Credentials, and where they were found.
struct FoundCredentials: Sendable {
  let credentials: Credentials
  /// The option, file or program they are from, for messages.
  let source: String
}

/// Looks for credentials where containers-auth.json(5) and Docker keep them.
struct CredentialSearch: Sendable {
  private let options: RegistryOptions
  private let logger: Logger

  init(options: RegistryOptions, logger: Logger) {
    self.options = options
    self.logger = logger
  }

  /// The files to look into, first ones first; the flag says whether a missing file is an error.
  var files: [(path: FilePath, isRequired: Bool)] {
    if let file = options.authFile { return [(file, true)] }
    var files: [(FilePath, Bool)] = []
    func add(_ base: String?, _ rest: String, required: Bool = false) {
      guard let base else { return }
      files.append((rest.isEmpty ? FilePath(base) : FilePath(base).appending(rest), required))
    }
    add(options.variable("REGISTRY_AUTH_FILE"), "", required: true)
    add(options.variable("DOCKER_CONFIG"), "config.json")
    if let directory = options.variable("XDG_RUNTIME_DIR") {
      add(directory, "containers/auth.json")
    } else {
      add("/run/containers/\(effectiveUser())", "auth.json")
    }
    let home = options.variable("HOME")
    let configuration = options.variable("XDG_CONFIG_HOME") ?? home.map { "\($0)/.config" }
    add(configuration, "containers/auth.json")
    add(home, ".docker/config.json")
    return files
  }

  /// The credentials for a repository; nil when there are none anywhere.
  func credentials(host: String, path: String) async throws(RegistryError) -> FoundCredentials? {
    if let given = options.credentials {
      return FoundCredentials(credentials: given, source: "the command line")
    }
    for (file, isRequired) in files {
      guard let contents = try contents(of: file, isRequired: isRequired) else { continue }
      for entry in try contents.entries(for: host, path: path, in: file.string) {
        if let found = try await resolve(entry, in: file) {
          logger.info(
            "credentials found",
            metadata: ["repository": "\(host)/\(path)", "source": "\(found.source)"])
          return found
        }
      }
    }
    return nil
  }

  private func contents(of file: FilePath, isRequired: Bool) throws(RegistryError) -> AuthFile? {
    let bytes: [UInt8]
    do { bytes = try readBytes(file) } catch {
      if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory, !isRequired {
        return nil
      }
      if error.errno == .permissionDenied, !isRequired { return nil }
      throw .unreadable(file, error)
    }
    return try AuthFile(parsing: bytes, file: file.string)
  }

  private func resolve(
    _ entry: AuthFile.Entry, in file: FilePath
  ) async throws(RegistryError) -> FoundCredentials? {
    switch entry {
    case .stored(let credentials):
      return FoundCredentials(credentials: credentials, source: file.string)
    case .helper(let name, let server):
      guard let credentials = try await CredentialHelper(name: name).credentials(for: server) else {
        return nil
      }
      return FoundCredentials(
        credentials: credentials, source: "docker-credential-\(name), which \(file) names")
    }
  }
}
