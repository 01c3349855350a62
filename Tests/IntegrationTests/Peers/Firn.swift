import FoundationEssentials
import Glibc

/// The program under test, with a store.
struct Firn: Sendable {
  let store: String
  var user: TestUser?
  var environment: [String: String?] = [:]

  /// The binary as it was built: FIRN_BINARY, otherwise `firn` beside the test bundle.
  static let sourceBinary: String? = {
    let named = getenv("FIRN_BINARY").map { String(cString: $0) }
    let own = (try? output("readlink", "/proc/\(getpid())/exe")) ?? ""
    let beside = own.split(separator: "/").dropLast().map { "/\($0)" }.joined() + "/firn"
    let path = named ?? beside
    return access(path, X_OK) == 0 ? path : nil
  }()

  /// A copy that every user can run and nobody replaces during the run; `firn-node`, where there is
  /// one, lies beside it.
  static let binary = Lazy {
    guard let source = sourceBinary else { throw SystemFailure("there is no firn", ENOENT) }
    let directory = try TestRun.scratch.directory("bin")
    for name in ["firn", "firn-node"] {
      let file = source.dropLast("firn".count) + name
      if exists(String(file)) { try output("cp", String(file), "\(directory)/\(name)") }
    }
    return "\(directory)/firn"
  }

  /// A store that is there already.
  init(at store: String) { self.store = store }

  /// A new store.
  init(creating store: String, _ options: [String] = []) throws {
    self.store = store
    try Command([Self.binary.value, "init", store] + options).succeed()
  }

  /// The same store, used by somebody else.
  func by(_ user: TestUser) -> Firn {
    var copy = self
    copy.user = user
    return copy
  }

  /// A command line: the subcommand, `--store`, and the rest.
  func command(_ words: String...) throws -> Command { try command(words) }

  func command(_ words: [String]) throws -> Command {
    var command = Command([try Self.binary.value, words[0], "--store", store] + words.dropFirst())
    command.user = user
    command.environment = environment
    command.environment["FIRN_STORE"] = .some(nil)
    command.environment["XDG_CONFIG_HOME"] = "/nonexistent"
    return command
  }

  /// Runs a command whatever its exit status.
  func run(_ words: String...) throws -> Command.Outcome { try command(words).run() }

  /// Runs a command that must succeed.
  @discardableResult
  func callAsFunction(_ words: String...) throws -> Command.Outcome {
    try command(words).succeed()
  }

  /// Imports one reference under a name.
  @discardableResult
  func importImage(_ reference: String, as name: String) throws -> Command.Outcome {
    try self("import", "--quiet", "--tls-verify=false", "--name", name, reference)
  }

  /// One row of `list --json`.
  struct Image: Decodable {
    var name: String?
    var names: [String]
    var id: String
    var digests: [String]
    var size: UInt64
  }

  /// The images in the store.
  func images() throws -> [Image] {
    try JSONDecoder().decode([Image].self, from: Data(try self("list", "--json").output))
  }

  /// The sizes of all packs together.
  func packBytes() throws -> Int { try totalSize("\(store)/packs") }
}
