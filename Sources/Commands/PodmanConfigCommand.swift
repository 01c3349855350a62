internal import AdditionalImageStore
public import ArgumentParser
internal import Failures
internal import Linux
internal import SystemPackage

/// `firn podman-config`.
public struct PodmanConfigCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "podman-config", abstract: "Make every user's Podman look into a Firn mount.",
    discussion: """
      Prints the drop-in files for the Podman found on this machine, or with --install writes \
      them. A file that somebody else wrote is never replaced. --store is taken as by every \
      command, and makes no difference: Podman is told of the mount, not of the store.
      """)

  @OptionGroup var store: StoreOptions

  @Flag(help: "Write the files instead of printing them.")
  var install = false

  @Option(
    help: ArgumentHelp(
      "Where firn serve mounts; otherwise 'mount' in firn.json(5).", valueName: "dir"))
  var mount: String?

  @Option(help: ArgumentHelp("A Podman version to write for instead.", valueName: "version"))
  var podman: String?

  /// Makes the command without values.
  public init() {}

  /// Prints or writes the files.
  public func run() throws {
    let mount = try mount ?? Configuration.current().mount ?? "/run/firn"
    guard mount.hasPrefix("/"), !mount.contains("\""), !mount.contains("\n") else {
      throw ValidationError("--mount is an absolute path without quotes.")
    }
    let files = PodmanConfiguration.files(for: try reader(), mount: mount)
    if install {
      for file in files { try check(file) }
      for file in files { try write(file) }
    } else {
      Output.lines(files.map { "## \($0.path)\n\($0.text)" })
    }
  }

  private func reader() throws -> PodmanConfiguration.Reader {
    let version = try podman ?? installedVersion()
    let hasDropIns = podman == nil && dropInsAreDocumented
    guard
      let reader = PodmanConfiguration.Reader(version: version, hasDropInDirectory: hasDropIns)
    else {
      throw Failure(
        .configuration, "'\(version)' is not a version of Podman",
        nextStep: "Give one with --podman, such as 4.3.1")
    }
    return reader
  }

  private func installedVersion() throws -> String {
    guard let result = try? ChildProcess(running: "podman", ["--version"]), result.exitStatus == 0,
      let version = result.output.split(whereSeparator: \.isWhitespace).last
    else {
      throw Failure(
        .configuration, "there is no podman on this machine",
        nextStep: "Install it, or say for which version to write with --podman")
    }
    return String(version)
  }

  private var dropInsAreDocumented: Bool {
    Paths.exists("/usr/share/containers/storage.conf.d")
  }

  private func check(_ file: PodmanConfiguration.File) throws {
    guard let text = try? readText(FilePath(file.path)) else { return }
    guard text.hasPrefix(PodmanConfiguration.marker) else {
      throw Failure(
        .alreadyExists, "\(file.path) was written by somebody else and stays as it is",
        nextStep: "Add what 'firn podman-config' prints to it by hand")
    }
  }

  private func write(_ file: PodmanConfiguration.File) throws {
    let path = FilePath(file.path)
    try makeDirectories(path.removingLastComponent())
    let temporary = FilePath(file.path + ".firn")
    let output = try OwnedDescriptor(opening: temporary, [.writeOnly, .create, .truncate])
    try output.writeAll(Array(file.text.utf8).span.bytes)
    try output.setMode(0o644)
    try output.synchronize()
    try output.close()
    try Paths.rename(temporary, to: path)
    Output.lines(["wrote \(file.path)"])
  }

  private func makeDirectories(_ path: FilePath) throws {
    if Paths.exists(path) { return }
    try makeDirectories(path.removingLastComponent())
    try Paths.makeDirectory(path)
  }
}
