public import ArgumentParser

/// `firn-node fsck`: without what needs an HTTP client or a linker.
public struct FsckCommand: AsyncParsableCommand {
  /// How the command presents itself.
  public static let configuration = presentation(
    sources: "SOURCE is the directory of another store.")

  @OptionGroup var options: FsckOptions

  /// Makes the command without values.
  public init() {}

  /// Checks the store, and repairs it when asked to.
  public func run() async throws { try await FsckRun(options).run() }

  /// How either program presents the command.
  ///
  /// - Parameter sources: What `--from` takes.
  public static func presentation(sources: String) -> CommandConfiguration {
    CommandConfiguration(
      commandName: "fsck", abstract: "Check a store, and repair it.",
      discussion: """
        Checks everything but the content of the stored blocks, and with --data that, too. \(sources) \
        The exit status is 0 when nothing is wrong, 1 when everything that was wrong is repaired, \
        and 4 when something is left.
        """)
  }
}
