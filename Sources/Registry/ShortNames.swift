public import OCI

/// What names without a registry's host stand for: `[aliases]` of registries.conf(5) and its
/// drop-in files, `shortnames.conf` among them.
///
/// No registry is guessed: `unqualified-search-registries` is for people who can be asked.
public struct ShortNames: Sendable {
  private let configuration: RegistriesConfiguration

  /// Reads the configuration files.
  public init(_ options: RegistryOptions) throws(RegistryError) {
    self.init(try RegistriesConfiguration.load(options))
  }

  init(_ configuration: RegistriesConfiguration) { self.configuration = configuration }

  /// The reference that `NAME[:TAG][@DIGEST]` stands for; nil where NAME has no alias.
  ///
  /// - Throws: `RegistryError.content` where tag or digest are not well formed.
  public func reference(for text: String) throws(RegistryError) -> Reference? {
    var name = text.prefix { $0 != "@" }
    let start = name.lastIndex(of: "/") ?? name.startIndex
    if let colon = name[start...].firstIndex(of: ":") { name = name[..<colon] }
    guard let alias = configuration.alias(of: String(name)) else { return nil }
    do { return try Reference(parsing: alias + text.dropFirst(name.count)) } catch {
      throw .content(error)
    }
  }
}
