internal import Linux
internal import OCI
public import SystemPackage

/// The file of containers-auth.json(5) that logging in and out changes: the one that Podman's do.
///
/// It is replaced as a whole and is for its owner alone. Of two programs that change it at the same
/// time the last one wins. No error holds a secret.
public struct LoginFile: Sendable {
  /// Where the file is.
  public let path: FilePath

  /// Chooses the file: that of `--authfile`, else of `REGISTRY_AUTH_FILE`, else the one in
  /// `XDG_RUNTIME_DIR`, else in /run/containers.
  public init(_ options: RegistryOptions) {
    if let file = options.authFile {
      path = file
    } else if let file = options.variable("REGISTRY_AUTH_FILE") {
      path = FilePath(file)
    } else if let directory = options.variable("XDG_RUNTIME_DIR") {
      path = FilePath(directory).appending("containers/auth.json")
    } else {
      path = FilePath("/run/containers/\(effectiveUser())/auth.json")
    }
  }

  /// Throws where the file is there and cannot be read or understood: better before than after
  /// somebody typed a password.
  public func check() throws(RegistryError) { _ = try read() }

  /// Keeps credentials for a registry, or has the program keep them that the file names for it.
  ///
  /// - Returns: Where they are now, for messages.
  public func store(
    user: String, password: String, for name: RegistryName
  ) async throws(RegistryError) -> String {
    var file = try read()
    if let helper = file.helper(for: name) {
      let program = try CredentialHelper(name: helper)
      try await program.store(user: user, password: password, for: name.description)
      return "docker-credential-\(helper)"
    }
    file.store(user: user, password: password, for: name)
    try write(file)
    return path.string
  }

  /// Removes the credentials for a registry.
  ///
  /// - Throws: ``RegistryError/notLoggedIn(registry:file:)`` where there are none.
  public func remove(_ name: RegistryName) async throws(RegistryError) {
    var file = try read()
    let helper = file.helper(for: name)
    guard helper != nil || file.hasCredentials(for: name) else {
      throw .notLoggedIn(registry: name.description, file: path.string)
    }
    if let helper { try await CredentialHelper(name: helper).erase(name.description) }
    guard file.hasCredentials(for: name) else { return }
    file.remove(name)
    try write(file)
  }

  /// Removes all credentials that the file itself holds; where there is no file there is nothing
  /// to do.
  public func removeAll() throws(RegistryError) {
    guard Paths.exists(path) else { return }
    var file = try read()
    file.removeAll()
    try write(file)
  }

  private func read() throws(RegistryError) -> AuthFile {
    let bytes: [UInt8]
    do { bytes = try readBytes(path) } catch {
      if error.errno == .noSuchFileOrDirectory { return AuthFile() }
      throw .unreadable(path, error)
    }
    // Podman itself leaves an empty file behind where a disk was full.
    if bytes.isEmpty { return AuthFile() }
    return try AuthFile(parsing: bytes, file: path.string)
  }

  private func write(_ file: AuthFile) throws(RegistryError) {
    do throws(SystemError) {
      try Self.makeDirectories(path.removingLastComponent())
      // A symbolic link stays one.
      let target = (try? Mounts.resolve(path)) ?? path
      let temporary = FilePath("\(target.string).firn-\(ProcessIdentity.current().pid)")
      try? Paths.unlink(temporary)
      do throws(SystemError) {
        try Self.write(file.bytes, to: temporary)
        try Paths.rename(temporary, to: target)
      } catch {
        try? Paths.unlink(temporary)
        throw error
      }
    } catch { throw unwritable(error) }
  }

  /// Why the file could not be written: nobody but root can make the one that is taken where
  /// nothing names another.
  func unwritable(_ error: SystemError) -> RegistryError {
    let isRefused = error.errno == .permissionDenied || error.errno == .readOnlyFileSystem
    guard isRefused, path.starts(with: "/run/containers") else { return .system(error) }
    return .noLoginPlace(file: path.string, error)
  }

  private static func write(_ bytes: [UInt8], to path: FilePath) throws(SystemError) {
    let file = try OwnedDescriptor(
      opening: path, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
    try file.setMode(0o600)
    try file.writeAll(bytes.span.bytes)
    try file.synchronize()
    try file.close()
  }

  private static func makeDirectories(_ path: FilePath) throws(SystemError) {
    if path.isEmpty || Paths.exists(path) { return }
    try makeDirectories(path.removingLastComponent())
    try Paths.makeDirectory(path, mode: 0o700)
  }
}
