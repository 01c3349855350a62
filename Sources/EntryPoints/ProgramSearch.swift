/// Follows a command through scripts and launchers to the programs that are run.
struct ProgramSearch {
  /// As many scripts as the kernel follows one after the other, and launchers.
  private static let mostSteps = 8
  /// Programs that run what their arguments say.
  private static let launchers: Set<String> = [
    "catatonit", "docker-init", "dumb-init", "env", "tini", "tini-static",
  ]
  /// What scripts say that run their arguments in the end, as entry points of images do.
  private static let handingOn = Array("exec \"$@\"".utf8)
  /// How much of a script is searched for that.
  private static let searchedBytes: UInt64 = 64 << 10

  private let root: ImageRoot
  private let command: EntryCommand
  /// The scripts, in the order in which they are read.
  private(set) var scripts: [ImageRoot.File] = []
  /// The programs, in the order in which they are run.
  private(set) var programs: [ImageRoot.File] = []
  private var steps = 0

  /// Finds everything that the entry point of an image is known to run.
  init(_ command: EntryCommand, in root: ImageRoot) {
    self.root = root
    self.command = command
    follow(command.entryPoint + command.command)
  }

  private mutating func follow(_ words: [[UInt8]]) {
    steps += 1
    guard steps <= Self.mostSteps, let name = words.first, let file = find(name),
      let head = file.content.beginning(ScriptLine.byteCount)
    else { return }
    let arguments = Array(words.dropFirst())
    guard let line = ScriptLine(head) else {
      programs.append(file)
      if Self.launchers.contains(Self.lastName(of: name)) { follow(Self.launched(arguments)) }
      return
    }
    scripts.append(file)
    follow(line.words + [file.path] + arguments)
    if Self.handsOn(file) { follow(arguments) }
  }

  /// A program, by its path or along the search path (execvp(3)).
  private func find(_ name: [UInt8]) -> ImageRoot.File? {
    guard !name.contains(UInt8(ascii: "/")) else {
      return root.file(at: name, from: command.workingDirectory)
    }
    for directory in command.searchPath {
      let path = directory + [UInt8(ascii: "/")] + name
      if let file = root.file(at: path, from: command.workingDirectory), file.isExecutable {
        return file
      }
    }
    return nil
  }

  /// What a launcher runs: what follows two hyphens, or its own options and variables.
  ///
  /// The first line of a script gives `env` all its words as one.
  private static func launched(_ arguments: [[UInt8]]) -> [[UInt8]] {
    let words =
      (arguments.first?.split(separator: UInt8(ascii: " ")).map { Array($0) } ?? [])
      + arguments.dropFirst()
    if let end = words.firstIndex(of: Array("--".utf8)) { return Array(words[(end + 1)...]) }
    return Array(words.drop { $0.first == UInt8(ascii: "-") || $0.contains(UInt8(ascii: "=")) })
  }

  private static func handsOn(_ script: ImageRoot.File) -> Bool {
    guard let text = script.content.beginning(searchedBytes) else { return false }
    return text.split(separator: UInt8(ascii: "\n")).contains { line in
      line.drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.starts(with: handingOn)
    }
  }

  private static func lastName(of path: [UInt8]) -> String {
    let name = path.split(separator: UInt8(ascii: "/")).last ?? []
    return String(decoding: name, as: UTF8.self)
  }
}
