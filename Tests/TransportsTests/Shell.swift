import Glibc
import Linux
import Synchronization
import SystemPackage

/// A shell command that failed.
struct ShellFailure: Error {
  let command: String
  let output: String
}

/// Runs a command with sh(1) and gives what it printed; throws when it fails.
@discardableResult
func shell(_ command: String) throws -> String {
  let result = try ChildProcess(running: "sh", ["-ec", command])
  guard result.exitStatus == 0 else {
    throw ShellFailure(command: command, output: result.output)
  }
  return result.output
}

/// Whether a program is installed.
func isInstalled(_ programs: String...) -> Bool {
  programs.allSatisfy { (try? shell("command -v \($0)")) != nil }
}

/// A directory that lives as long as this value.
final class TemporaryDirectory: Sendable {
  let path: FilePath

  init() throws {
    path = FilePath(
      try shell("mktemp -d /tmp/firn-transports.XXXXXX").split(separator: "\n").joined())
  }

  deinit { removeTree(path) }

  /// A path in the directory.
  func file(_ name: String) -> FilePath { path.appending(name) }
}

/// Removes a directory of these tests with all that is in it.
func removeTree(_ directory: FilePath) { _ = try? shell("rm -rf '\(directory)'") }

private let leftovers = Mutex<[FilePath]>([])

/// Removes a directory when this process ends.
func removeAtExit(_ directory: FilePath) {
  let isFirst = leftovers.withLock { leftovers in
    leftovers.append(directory)
    return leftovers.count == 1
  }
  if isFirst { atexit { leftovers.withLock { $0.forEach(removeTree) } } }
}
