import ArgumentParser
import Failures
import Testing

@testable import Commands

@Suite("The name of a command")
struct CommandCheckTests {
  private struct Root: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "firn", subcommands: NodeCommands.all + [InitCommand.self])
  }

  private func failure(_ arguments: [String]) -> Failure? {
    do throws(Failure) {
      try CommandCheck(Root.self).require(arguments)
      return nil
    } catch { return error }
  }

  @Test(
    "that was mistyped is answered with the right one",
    arguments: [
      ("lsit", "list"), ("inti", "init"), ("lst", "list"), ("undelte", "undelete"),
      ("podman-cnofig", "podman-config"), ("hlep", "help"),
    ])
  func mistyped(word: String, meant: String) {
    let failure = failure([word, "--json"])
    #expect(failure?.code == .usage)
    #expect(failure?.sentence == "there is no command '\(word)'")
    #expect(failure?.nextStep == "Write 'firn \(meant)' if that is what was meant")
  }

  @Test("that is like no other is answered with where they are listed")
  func unknown() {
    for word in ["frobnicate", "xy", String(repeating: "list", count: 10_000)] {
      #expect(failure([word])?.nextStep?.contains("firn --help") == true)
    }
  }

  @Test("that there is, an option, or nothing at all, is left to the parser")
  func known() {
    for arguments in [[], ["list"], ["help", "lsit"], ["--help"], ["-h"], ["--lsit"], [""]] {
      #expect(failure(arguments) == nil, "\(arguments)")
    }
  }
}

@Suite("Mistyped words")
struct SpellingTests {
  @Test(
    "are told by one slip, or two in longer words",
    arguments: [
      ("improt", "import"), ("imprt", "import"), ("iimport", "import"), ("inport", "import"),
      ("ipmrot", "import"), ("tga", "tag"), ("ta", "tag"),
    ])
  func closest(text: String, word: String) {
    #expect(Spelling.closest(to: text, among: ["export", "import", "tag"]) == word)
  }

  @Test(
    "are not told where there are more slips, or none", arguments: ["", "t", "gat", "tag", "xyz"])
  func none(text: String) {
    #expect(Spelling.closest(to: text, among: ["import", "tag"]) == nil)
    #expect(Spelling.closest(to: text, among: []) == nil)
  }
}
