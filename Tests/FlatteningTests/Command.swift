import Glibc

/// Why a test could not prepare its files or run a program.
struct CommandError: Error, CustomStringConvertible {
  var description: String
}

/// Runs a program found in PATH to its end; gives its standard output.
func run(_ arguments: [String], in directory: TemporaryDirectory) throws -> String {
  let output = directory.path + "/stdout"
  var actions = posix_spawn_file_actions_t()
  posix_spawn_file_actions_init(&actions)
  defer { posix_spawn_file_actions_destroy(&actions) }
  let flags = O_WRONLY | O_CREAT | O_TRUNC
  posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
  posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
  posix_spawn_file_actions_addopen(&actions, 2, directory.path + "/stderr", flags, 0o600)
  var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
  defer { for word in words { free(word) } }
  var process: pid_t = 0
  let failed = posix_spawnp(&process, arguments[0], &actions, nil, &words, environ)
  guard failed == 0 else { throw CommandError(description: "cannot run \(arguments[0])") }
  var status: Int32 = 0
  while waitpid(process, &status, 0) < 0 && errno == EINTR {}
  guard status == 0 else {
    let complaint = try readFile(directory.path + "/stderr")
    throw CommandError(description: "\(arguments.joined(separator: " ")): \(complaint)")
  }
  return try readFile(output)
}

/// Whether PATH has a program.
func hasProgram(_ name: String) -> Bool {
  guard let path = getenv("PATH") else { return false }
  return String(cString: path).split(separator: ":").contains { access("\($0)/\(name)", X_OK) == 0 }
}

func makeDirectory(_ path: String) throws {
  guard mkdir(path, 0o755) == 0 else { throw CommandError(description: "cannot make \(path)") }
}

func writeFile(_ path: String, _ bytes: [UInt8]) throws {
  guard let file = fopen(path, "w") else {
    throw CommandError(description: "cannot create \(path)")
  }
  defer { fclose(file) }
  guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
    throw CommandError(description: "cannot write \(path)")
  }
}

func readFile(_ path: String) throws -> String {
  String(decoding: try readBytes(path), as: UTF8.self)
}

func readBytes(_ path: String) throws -> [UInt8] {
  guard let file = fopen(path, "r") else { throw CommandError(description: "cannot open \(path)") }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = fread(&buffer, 1, buffer.count, file)
    if count == 0 { return bytes }
    bytes += buffer[..<count]
  }
}

/// A directory that goes, with all in it, when the last reference to it goes.
final class TemporaryDirectory {
  let path: String

  init() throws {
    var template = Array("/tmp/firn-flattening-XXXXXX".utf8CString)
    guard let made = mkdtemp(&template) else {
      throw CommandError(description: "cannot make a temporary directory in /tmp")
    }
    path = String(cString: made)
  }

  deinit {
    let command: [String] = ["rm", "-rf", path]
    var words: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
    var process: pid_t = 0
    if posix_spawnp(&process, "rm", nil, nil, &words, environ) == 0 { waitpid(process, nil, 0) }
    for word in words { free(word) }
  }
}
