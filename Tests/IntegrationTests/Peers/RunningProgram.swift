import Glibc

/// A process that was started and may still run; it is killed when the last reference goes.
final class RunningProgram: @unchecked Sendable {
  let process: pid_t
  private let arguments: [String]
  private let output: CaptureFile
  private let errors: CaptureFile
  private let started = now()
  private var status: Int32?

  init(_ command: Command, log: String?) throws {
    arguments = command.arguments
    output = try CaptureFile()
    errors = try CaptureFile()
    process = try Self.spawn(
      command, output: log ?? output.descriptorPath, errors: log ?? errors.descriptorPath)
  }

  deinit {
    guard status == nil else { return }
    kill(-process, SIGKILL)
    var ignored: Int32 = 0
    waitpid(process, &ignored, 0)
  }

  private static func spawn(
    _ command: Command, output: String, errors: String
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    let flags = O_WRONLY | O_CREAT | O_APPEND
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
    posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes,
      Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    let words = command.words
    var list: [UnsafeMutablePointer<CChar>?] = words.map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = command.variables.map { strdup($0) } + [nil]
    defer { for word in list + variables { free(word) } }
    var process: pid_t = 0
    let failure = posix_spawnp(&process, words[0], &actions, &attributes, &list, &variables)
    guard failure == 0 else { throw SystemFailure("cannot run \(words[0])", failure) }
    return process
  }

  /// Whether the process has not ended yet.
  var isRunning: Bool {
    if status != nil { return false }
    var word: Int32 = 0
    guard waitpid(process, &word, WNOHANG) == process else { return true }
    status = word & 0x7F == 0 ? (word >> 8) & 0xFF : 128 + (word & 0x7F)
    return false
  }

  func signal(_ number: Int32) { if isRunning { kill(process, number) } }

  /// Waits for the end; kills the process group when that takes too long.
  func wait(timeout: Double) throws -> Command.Outcome {
    let pause = Backoff()
    while isRunning {
      if now() - started > timeout {
        kill(-process, SIGKILL)
        while isRunning { pause() }
        throw SystemFailure("killed after \(timeout) s: \(arguments) \(errors.text())", ETIMEDOUT)
      }
      pause()
    }
    return Command.Outcome(
      arguments: arguments, status: status ?? -1, output: output.bytes(), errors: errors.text(),
      seconds: now() - started)
  }
}

/// A file without a name that takes a program's output.
private final class CaptureFile {
  private let descriptor: Int32

  init() throws {
    var template = Array("\(Scratch.base)/firn-capture-XXXXXX".utf8CString)
    descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw SystemFailure("cannot capture output") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
  }

  deinit { close(descriptor) }

  /// A name by which the child can open the file before it executes the program.
  var descriptorPath: String { "/proc/\(getpid())/fd/\(descriptor)" }

  func bytes() -> [UInt8] {
    var result: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = pread(descriptor, &buffer, buffer.count, off_t(result.count))
      guard count > 0 else { return result }
      result += buffer[..<count]
    }
  }

  func text() -> String { String(decoding: bytes(), as: UTF8.self) }
}
