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
    var entries: [Entry] = []
    for value in Self.elements(table["registry"]) {
      guard let registry = value.table else {
        throw .configuration(file: file, reason: "'registry' is not a list of tables")
      }
      entries.append(try Self.entry(registry, file: file))
    }
    self.init(entries: entries, aliases: try Self.aliases(table["aliases"]?.table, file: file))
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

  private static func elements(_ value: (any TOMLValueConvertible)?) -> [any TOMLValueConvertible] {
    guard let array = value?.array else { return [] }
    return (0..<array.count).map { array[$0] }
  }

  private static func entry(_ table: TOMLTable, file: String) throws(RegistryError) -> Entry {
    let location = table["location"]?.string.map(trimmed)
    let prefix = table["prefix"]?.string.map(trimmed) ?? ""
    guard let name = prefix.isEmpty ? location : prefix, !name.isEmpty else {
      throw .configuration(file: file, reason: "a registry has neither prefix nor location")
    }
    if prefix.hasPrefix("*."), let location, !location.isEmpty {
      throw .configuration(
        file: file, reason: "the prefix '\(prefix)' cannot be combined with a location")
    }
    var entry = Entry(prefix: name, file: file)
    entry.location = location.flatMap { $0.isEmpty ? nil : $0 }
    entry.isInsecure = table["insecure"]?.bool ?? false
    entry.isBlocked = table["blocked"]?.bool ?? false
    entry.mirrorsByDigestOnly = table["mirror-by-digest-only"]?.bool ?? false
    for value in elements(table["mirror"]) {
      entry.mirrors.append(try mirror(value, file: file))
    }
    return entry
  }

  private static func mirror(
    _ value: any TOMLValueConvertible, file: String
  ) throws(RegistryError) -> Mirror {
    guard let table = value.table, let location = table["location"]?.string else {
      throw .configuration(file: file, reason: "a mirror has no location")
    }
    let pulls = table["pull-from-mirror"]?.string ?? "all"
    guard let kind = Mirror.Pulls(rawValue: pulls.isEmpty ? "all" : pulls) else {
      throw .configuration(file: file, reason: "'\(pulls)' is no value of pull-from-mirror")
    }
    return Mirror(
      location: trimmed(location), isInsecure: table["insecure"]?.bool ?? false, pulls: kind)
  }

  private static func trimmed(_ location: String) -> String {
    location.hasSuffix("/") ? String(location.dropLast()) : location
  }
}
