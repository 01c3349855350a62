import ArgumentParser
import Commands
import Linux
import SystemPackage
import Testing

@Suite("The help and the manual pages")
struct HelpTests {
  private static let commands: [any ParsableCommand.Type] = [InitCommand.self] + NodeCommands.all

  private static let manual = FilePath(#filePath).removingLastComponent().removingLastComponent()
    .removingLastComponent().appending("man")

  private func page(_ name: String) throws -> String {
    try readText(Self.manual.appending("\(name).1"))
  }

  @Test("of every command say what each option and argument is for")
  func texts() throws {
    for command in try CommandHelp.all {
      #expect(!command.name.isEmpty)
      for argument in command.arguments where argument.isShown {
        #expect(argument.hasText, "\(command.name): \(argument.valueName)")
      }
    }
  }

  @Test("text of every command mentions its options")
  func helpMessages() throws {
    for (command, help) in zip(Self.commands, try CommandHelp.all) {
      let text = command.helpMessage(columns: 80)
      for argument in help.arguments where argument.isShown {
        for name in argument.longNames {
          let isThere = text.contains("--\(name)")
          #expect(isThere, "\(help.name): --\(name)")
        }
      }
      #expect(text.contains(command.configuration.abstract))
    }
  }

  @Test("page of every command mentions every option of it")
  func options() throws {
    for command in try CommandHelp.all {
      let text = try page("firn-\(command.name)")
      for argument in command.arguments where argument.isShown {
        for name in argument.longNames where name != "help" && name != "version" {
          let isThere = text.contains("Fl -\(name)")
          #expect(isThere, "firn-\(command.name).1: --\(name)")
        }
        if argument.longNames.isEmpty {
          let isThere = text.contains("Ar \(argument.valueName)")
          #expect(isThere, "firn-\(command.name).1: \(argument.valueName)")
        }
      }
    }
  }

  @Test("page of every command mentions no option that it does not have")
  func noMore() throws {
    // The page of fsck is that of the command which can import as well: FirnTests looks at it.
    for command in try CommandHelp.all where command.name != "fsck" {
      let own = Set(command.arguments.flatMap(\.longNames)).union(["help", "version"])
      let synopsis = try page("firn-\(command.name)").split(separator: "\n")
        .drop { !$0.hasPrefix(".Sh SYNOPSIS") }.dropFirst().prefix { !$0.hasPrefix(".Sh") }
      for line in synopsis {
        for part in line.split(separator: " ") where part.hasPrefix("-") && part.count > 1 {
          #expect(own.contains(String(part.dropFirst())), "firn-\(command.name).1: \(part)")
        }
      }
    }
  }

  @Test("page of firn mentions every command, and of firn-node what it lacks")
  func commands() throws {
    let text = try page("firn")
    for command in try CommandHelp.all {
      let isNamed =
        text.contains("Xr firn-\(command.name) 1") || text.contains("Cm \(command.name)")
      #expect(isNamed, "\(command.name)")
    }
    #expect(try page("firn-node").contains("Cm init"))
  }

  @Test("names of commands are different, and their abstracts one sentence")
  func names() throws {
    let names = try CommandHelp.all.map(\.name)
    #expect(Set(names).count == names.count)
    for command in Self.commands {
      #expect(command.configuration.abstract.hasSuffix("."))
      #expect(command.configuration.commandName != nil)
    }
  }
}
