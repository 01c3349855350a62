internal import Linux
internal import SystemPackage

extension RegistriesConfiguration {
  /// Reads the configuration of this machine and user: the file, then its drop-in files.
  ///
  /// The file is that of `CONTAINERS_REGISTRIES_CONF`, else the user's, else the system's.
  /// Missing files say nothing; a broken one is an error.
  static func load(_ options: RegistryOptions) throws(RegistryError) -> RegistriesConfiguration {
    let system = options.systemDirectory.appending("containers")
    let home = options.variable("HOME").map { FilePath($0) }
    let configured = options.variable("XDG_CONFIG_HOME").map { FilePath($0) }
    let user = (configured ?? home?.appending(".config"))?.appending("containers")
    var configuration = RegistriesConfiguration()
    if let chosen = options.variable("CONTAINERS_REGISTRIES_CONF") {
      try configuration.merge(file: FilePath(chosen), isRequired: true)
    } else if let user, Paths.exists(user.appending("registries.conf")) {
      try configuration.merge(file: user.appending("registries.conf"), isRequired: true)
    } else {
      try configuration.merge(file: system.appending("registries.conf"), isRequired: false)
    }
    for directory in [system, user].compactMap({ $0?.appending("registries.conf.d") }) {
      for name in try names(in: directory) where name.hasSuffix(".conf") {
        try configuration.merge(file: directory.appending(name), isRequired: true)
      }
    }
    return configuration
  }

  /// The names in a directory, of which there are none where it is missing.
  private static func names(in directory: FilePath) throws(RegistryError) -> [String] {
    do { return try Paths.list(directory) } catch {
      let isMissing = error.errno == .notDirectory && !Paths.exists(directory)
      if isMissing || error.errno == .noSuchFileOrDirectory { return [] }
      throw .system(error)
    }
  }

  private mutating func merge(file: FilePath, isRequired: Bool) throws(RegistryError) {
    let text: String
    do { text = try readText(file) } catch {
      if error.errno == .noSuchFileOrDirectory, !isRequired { return }
      throw .unreadable(file, error)
    }
    merge(try RegistriesConfiguration(parsing: text, file: file.string))
  }
}
