internal import OCI
internal import TOMLKit

extension RegistriesConfiguration {
  /// Reads one file of version 2.
  ///
  /// Unknown keys are ignored, as containers/image does.
  init(parsing text: String, file: String) throws(RegistryError) {
    let table: TOMLTable
    do { table = try TOMLTable(string: text) } catch {
      throw .configuration(file: file, reason: "it is not TOML: \(error)")
    }
    guard table["registries"] == nil else {
      throw .configuration(
        file: file, reason: "it is of version 1, which containers/image no longer reads either")
    }
    let top = RegistriesTable(table, file: file)
    var entries: [Entry] = []
    for registry in try top.tables("registry") { entries.append(try Self.entry(registry)) }
    self.init(entries: entries, aliases: try Self.aliases(try top.table("aliases"), file: file))
  }

  /// Reads `[aliases]`; a name that stands for nothing takes back what an earlier file said.
  private static func aliases(
    _ table: TOMLTable?, file: String
  ) throws(RegistryError) -> [String: String] {
    var aliases: [String: String] = [:]
    for name in table?.keys ?? [] {
      guard let value = table?[name]?.string, value.isEmpty || isRepository(value) else {
        throw .configuration(
          file: file,
          reason: "the alias '\(name)' does not stand for HOST/PATH without tag and digest")
      }
      aliases[name] = value
    }
    return aliases
  }

  private static func isRepository(_ text: String) -> Bool {
    guard Reference.namesHost(text), let reference = try? Reference(parsing: text) else {
      return false
    }
    return reference.tag == nil && reference.digest == nil
  }

  private static func entry(_ table: RegistriesTable) throws(RegistryError) -> Entry {
    let file = table.file
    let location = try table.string("location").map(normalized)
    let prefix = try table.string("prefix").map(normalized) ?? ""
    guard let name = prefix.isEmpty ? location : prefix, !name.isEmpty else {
      throw .configuration(file: file, reason: "a registry has neither prefix nor location")
    }
    if prefix.hasPrefix("*."), let location, !location.isEmpty {
      throw .configuration(
        file: file, reason: "the prefix '\(prefix)' cannot be combined with a location")
    }
    var entry = Entry(prefix: name, file: file)
    entry.location = location.flatMap { $0.isEmpty ? nil : $0 }
    entry.isInsecure = try table.flag("insecure")
    entry.isBlocked = try table.flag("blocked")
    entry.mirrorsByDigestOnly = try table.flag("mirror-by-digest-only")
    for table in try table.tables("mirror") { entry.mirrors.append(try mirror(table)) }
    return entry
  }

  private static func mirror(_ table: RegistriesTable) throws(RegistryError) -> Mirror {
    guard let location = try table.string("location") else {
      throw .configuration(file: table.file, reason: "a mirror has no location")
    }
    let pulls = try table.string("pull-from-mirror") ?? "all"
    guard let kind = Mirror.Pulls(rawValue: pulls.isEmpty ? "all" : pulls) else {
      throw .configuration(
        file: table.file, reason: "'\(pulls)' is no value of pull-from-mirror")
    }
    return Mirror(
      location: normalized(location), isInsecure: try table.flag("insecure"), pulls: kind)
  }

  /// A name without a slash behind, and with its host in lower case, as references have it.
  private static func normalized(_ name: String) -> String {
    let body = name.hasSuffix("/") ? name.dropLast() : name[...]
    let host = body.prefix { $0 != "/" }
    return host.lowercased() + body.dropFirst(host.count)
  }
}
