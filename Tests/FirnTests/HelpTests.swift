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

  @Test("page of each mentions every option of it")
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
      for argument in arguments where argument["shouldDisplay"]?.bool ?? true {
        #expect(argument["abstract"]?.string?.isEmpty == false)
        let names = (argument["names"]?.array ?? []).filter { $0["kind"]?.string == "long" }
          .compactMap { $0["name"]?.string }
        for option in names where option != "help" && option != "version" {
          let isThere = ["Fl -", ", -"].contains { text.contains("\($0)\(option)") }
          #expect(isThere, "firn-\(name).1: --\(option)")
        }
      }
      #expect(try readText(Self.manual.appending("firn.1")).contains("Xr firn-\(name) 1"))
    }
  }
}
