import Glibc

/// A program to run: by default with this process's environment, user and working directory.
///
/// Its output goes to files, never to pipes, so that a daemon it leaves behind blocks nobody.
struct Command {
  var arguments: [String]
  /// Variables to set; nil removes one.
  var environment: [String: String?] = [:]
  var user: TestUser?
  var directory: String?
  /// Seconds after which the program and its process group are killed.
  var timeout: Double = 180

  init(_ arguments: String...) { self.arguments = arguments }
  init(_ arguments: [String]) { self.arguments = arguments }

  /// What a program left when it ended.
  struct Outcome: CustomStringConvertible {
    var arguments: [String]
    /// The exit status, or 128 and the number of the signal that ended it.
    var status: Int32
    var output: [UInt8]
    var errors: String
    var seconds: Double

    var text: String { String(decoding: output, as: UTF8.self) }
    /// Standard output without white space at its end.
    var line: String { String(text.reversed().drop(while: \.isWhitespace).reversed()) }
    var description: String {
      "\(arguments.joined(separator: " ")): exit status \(status)\n\(errors)\(text.suffix(2000))"
    }
  }

  /// Runs the program to its end, whatever that is.
  func run() throws -> Outcome { try start().wait(timeout: timeout) }

  /// Runs the program and gives its standard output; throws unless its exit status is 0.
  @discardableResult
  func succeed() throws -> Outcome {
    let outcome = try run()
    guard outcome.status == 0 else { throw Unsuccessful(outcome: outcome) }
    return outcome
  }

  /// Starts the program.
  ///
  /// - Parameter log: A file for standard output and standard error; otherwise both are captured.
  func start(log: String? = nil) throws -> RunningProgram {
    try RunningProgram(self, log: log)
  }

  /// The words to execute: the arguments, in the directory and as the user asked for.
  var words: [String] {
    var words: [String] = []
    if let user {
      words += ["setpriv", "--reuid", "\(user.uid)", "--regid", "\(user.gid)", "--init-groups"]
    }
    if let directory { words += ["env", "-C", directory] }
    return words + arguments
  }

  /// The environment to execute them in.
  var variables: [String] {
    var all: [String: String] = [:]
    var next = environ
    while let entry = next.pointee {
      let parts = String(cString: entry).split(separator: "=", maxSplits: 1)
      if let name = parts.first { all[String(name)] = parts.count > 1 ? String(parts[1]) : "" }
      next += 1
    }
    all["SWIFT_BACKTRACE"] = "enable=no"
    if let user {
      all["HOME"] = user.home
      all["USER"] = user.name
      all["XDG_RUNTIME_DIR"] = nil
    }
    for (name, value) in environment { all[name] = value }
    return all.map { "\($0.key)=\($0.value)" }
  }
}

/// A program that should have ended with exit status 0.
struct Unsuccessful: Error, CustomStringConvertible {
  var outcome: Command.Outcome
  var description: String { outcome.description }
}

/// Runs a program that must succeed; gives its standard output without the last newline.
@discardableResult
func output(_ arguments: String...) throws -> String { try Command(arguments).succeed().line }

/// Runs a shell script that must succeed; `$1`, `$2`, … are the arguments.
@discardableResult
func shell(_ script: String, _ arguments: String...) throws -> String {
  try Command(["sh", "-euc", script, "sh"] + arguments).succeed().line
}
