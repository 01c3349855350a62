import Foundation
import Testing

@Suite("The modules")
struct ModuleTests {
  let tree: SourceTree

  init() throws { tree = try SourceTree() }

  @Test("every directory below Sources is in the table, and the table names no other")
  func tableIsComplete() {
    #expect(Set(tree.files.keys) == Set(ModuleTable.levels.keys))
  }

  @Test("imports point down", arguments: ModuleTable.levels.keys.sorted())
  func importsPointDown(module: String) throws {
    let level = try #require(ModuleTable.levels[module])
    for imported in try tree.imports(ofModule: module) {
      if let other = ModuleTable.levels[imported] {
        #expect(other < level, "\(module) (level \(level)) imports \(imported) (level \(other))")
      } else if let importers = ModuleTable.foreign[imported] {
        #expect(importers?.contains(module) ?? true, "\(module) may not import \(imported)")
      } else {
        Issue.record("\(module) imports \(imported), which the table does not know")
      }
    }
  }

  @Test("every import of one of our modules is declared, and every declaration is used")
  func importsAreDeclared() throws {
    let declared = try SourceTree.declared()
    for (module, level) in ModuleTable.levels where level > 0 {
      let ours = try tree.imports(ofModule: module).filter { ModuleTable.levels[$0] != nil }
      let named = try #require(declared[module], "Package.swift does not declare \(module)")
        .filter { ModuleTable.levels[$0] != nil }
      #expect(ours == named, "\(module): imported and declared modules differ")
    }
  }

  @Test("the README has the same table")
  func readme() throws {
    let text = try String(contentsOf: SourceTree.root.appending(path: "README.md"), encoding: .utf8)
    var found: [String: Int] = [:]
    var level = 0
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let words = line.split(separator: " ").map(String.init)
      if line.hasPrefix("    "), let number = words.first.flatMap({ Int($0) }) {
        level = number
      } else if !line.hasPrefix("       ") {
        level = 0
      }
      guard level > 0 else { continue }
      // A description stands two spaces or more behind the names.
      for word in words where ModuleTable.levels[word] != nil { found[word] = level }
    }
    #expect(found == ModuleTable.levels.filter { $0.value > 0 })
  }

  @Test("each C module is imported by exactly one module")
  func oneDoorForEachCModule() throws {
    for (module, level) in ModuleTable.levels where level == 0 {
      let doors = try tree.files.keys.filter {
        try tree.imports(ofModule: $0).contains(module)
      }
      #expect(doors.count == 1, "\(module) is imported by \(doors.sorted())")
    }
  }

  @Test(
    "what runs on a compute node reaches no HTTP client", arguments: ["NodeService", "firn-node"])
  func nodePathHasNoClient(start: String) throws {
    var pending = [start]
    var seen: Set<String> = []
    while let module = pending.popLast() {
      guard seen.insert(module).inserted else { continue }
      #expect(!ModuleTable.forbiddenOnNodes.contains(module), "\(start) reaches \(module)")
      pending += try tree.imports(ofModule: module)
    }
  }

  @Test("no file is longer than 400 lines", arguments: ModuleTable.levels.keys.sorted())
  func filesAreShort(module: String) throws {
    for file in tree.files[module] ?? [] {
      let lines = try String(contentsOf: file, encoding: .utf8).split(
        separator: "\n", omittingEmptySubsequences: false)
      #expect(lines.count <= 401, "\(file.lastPathComponent) has \(lines.count) lines")
    }
  }
}
