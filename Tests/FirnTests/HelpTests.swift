import ArgumentParser
import Linux
import OCI
import SystemPackage
import Testing

@testable import firn

@Suite("The help and manual pages of the commands that use registries")
struct HelpTests {
  private static let manual = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("man")

  @Test("page of each mentions every option of it, and no other")
  func options() throws {
    for command in [
      ImportCommand.self, CheckUpdateCommand.self, LoginCommand.self, LogoutCommand.self,
      ImportingFsckCommand.self,
    ] as [any ParsableCommand.Type] {
      let json = try JSONValue(parsing: Array(command._dumpHelp().utf8))["command"]
      let name = json?["commandName"]?.string ?? ""
      let text = try readText(Self.manual.appending("firn-\(name).1"))
      let arguments = json?["arguments"]?.array ?? []
      #expect(!arguments.isEmpty)
      var own: Set<String> = ["help", "version"]
      for argument in arguments where argument["shouldDisplay"]?.bool ?? true {
        #expect(argument["abstract"]?.string?.isEmpty == false)
        let names = (argument["names"]?.array ?? []).filter { $0["kind"]?.string == "long" }
          .compactMap { $0["name"]?.string }
        own.formUnion(names)
        for option in names where option != "help" && option != "version" {
          let isThere = ["Fl -", ", -"].contains { text.contains("\($0)\(option)") }
          #expect(isThere, "firn-\(name).1: --\(option)")
        }
      }
      let synopsis = text.split(separator: "\n").drop { !$0.hasPrefix(".Sh SYNOPSIS") }
        .dropFirst().prefix { !$0.hasPrefix(".Sh") }
      for part in synopsis.flatMap({ $0.split(separator: " ") })
      where part.hasPrefix("-") && part.count > 1 {
        #expect(own.contains(String(part.dropFirst())), "firn-\(name).1: \(part)")
      }
      #expect(try readText(Self.manual.appending("firn.1")).contains("Xr firn-\(name) 1"))
    }
  }
}
