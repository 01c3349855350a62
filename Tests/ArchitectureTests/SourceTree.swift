import Foundation

/// The checkout as text: which module imports what, and what Package.swift declares.
struct SourceTree {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The Swift files of every module below `Sources`, by module.
  let files: [String: [URL]]

  init() throws {
    let sources = Self.root.appending(path: "Sources")
    var files: [String: [URL]] = [:]
    for module in try FileManager.default.contentsOfDirectory(atPath: sources.path) {
      let directory = sources.appending(path: module)
      let walker = FileManager.default.enumerator(at: directory, includingPropertiesForKeys: nil)
      let all = (walker?.allObjects as? [URL]) ?? []
      files[module] = all.filter { $0.pathExtension == "swift" }
    }
    self.files = files
  }

  /// The names of the modules that one file imports.
  static func imports(of file: URL) throws -> Set<String> {
    let text = try String(contentsOf: file, encoding: .utf8)
    var names: Set<String> = []
    for line in text.split(separator: "\n") {
      var words = line.split(separator: " ")
      while let first = words.first, first.hasPrefix("@") || accessLevels.contains(first) {
        words.removeFirst()
      }
      guard words.first == "import", words.count >= 2 else { continue }
      let kinds: Set<Substring> = [
        "struct", "class", "enum", "protocol", "func", "typealias", "let",
      ]
      let name = kinds.contains(words[1]) && words.count > 2 ? words[2] : words[1]
      names.insert(String(name.split(separator: ".")[0]))
    }
    return names
  }

  private static let accessLevels: Set<Substring> = ["public", "internal", "private", "package"]

  /// The names of the modules that one of our modules imports.
  func imports(ofModule module: String) throws -> Set<String> {
    try (files[module] ?? []).reduce(into: []) { $0.formUnion(try Self.imports(of: $1)) }
  }

  /// The dependencies that Package.swift declares for each target.
  static func declared() throws -> [String: Set<String>] {
    let text = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
    let target = /(?:library|executable)\(\s*"([^"]+)",\s*\[([^\]]*)\]/
    var result: [String: Set<String>] = [:]
    for match in text.matches(of: target) {
      let names = match.2.split(separator: ",").map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \"\n"))
      }
      result[String(match.1)] = Set(names.filter { !$0.isEmpty })
    }
    return result
  }
}
