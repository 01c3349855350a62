internal import TOMLKit

/// A table of a configuration file, which names key and file where a value is of another type than
/// it must be: a `blocked = "true"` that was passed over would block nothing.
struct RegistriesTable {
  /// The file's name, for errors.
  let file: String
  private let values: TOMLTable

  init(_ values: TOMLTable, file: String) {
    self.values = values
    self.file = file
  }

  /// A string; nil where there is none.
  func string(_ key: String) throws(RegistryError) -> String? {
    guard let value = values[key] else { return nil }
    guard let text = value.string else { throw failure(key, "a string") }
    return text
  }

  /// True or false; false where nothing is said.
  func flag(_ key: String) throws(RegistryError) -> Bool {
    guard let value = values[key] else { return false }
    guard let flag = value.bool else { throw failure(key, "true or false") }
    return flag
  }

  /// A table; nil where there is none.
  func table(_ key: String) throws(RegistryError) -> TOMLTable? {
    guard let value = values[key] else { return nil }
    guard let table = value.table else { throw failure(key, "a table") }
    return table
  }

  /// An array of tables, `[[KEY]]`; empty where there is none.
  func tables(_ key: String) throws(RegistryError) -> [RegistriesTable] {
    guard let value = values[key] else { return [] }
    guard let array = value.array else { throw failure(key, "an array of tables, [[\(key)]]") }
    var tables: [RegistriesTable] = []
    for index in 0..<array.count {
      guard let table = array[index].table else {
        throw failure(key, "an array of tables, [[\(key)]]")
      }
      tables.append(RegistriesTable(table, file: file))
    }
    return tables
  }

  private func failure(_ key: String, _ expected: String) -> RegistryError {
    .configuration(file: file, reason: "its '\(key)' is not \(expected)")
  }
}
