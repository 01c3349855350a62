internal import ArgumentParser
internal import Failures

/// Finds out whether the first argument is a command, so that a mistyped one is answered with the
/// right one and not with the help.
struct CommandCheck {
  private let root: any ParsableCommand.Type

  init(_ root: any ParsableCommand.Type) { self.root = root }

  /// Throws `usage` when the first argument is neither an option nor a command.
  func require(_ arguments: [String]) throws(Failure) {
    guard let word = arguments.first, !word.isEmpty, !word.hasPrefix("-") else { return }
    let names = root.configuration.subcommands.map { $0._commandName } + ["help"]
    guard !names.contains(word) else { return }
    let program = root._commandName
    let meant = Spelling.closest(to: word, among: names)
    throw Failure(
      .usage, "there is no command '\(word)'",
      nextStep: meant.map { "Write '\(program) \($0)' if that is what was meant" }
        ?? "See '\(program) --help' for the commands that there are")
  }
}
