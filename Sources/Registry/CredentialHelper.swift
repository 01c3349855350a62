internal import Dispatch
internal import Linux
internal import OCI
internal import Synchronization
internal import SystemPackage

/// A program that keeps credentials, by the protocol of docker-credential-helpers: `get`, `store`
/// or `erase`; the server, or JSON, on standard input, and JSON on standard output.
struct CredentialHelper: Sendable {
  /// How long a helper may take, which may have to ask a person: 60 s.
  static let patience = 60.0

  private let program: String
  private let seconds: Double

  /// The program `docker-credential-NAME`, wherever `PATH` has it.
  init(name: String) throws(RegistryError) {
    let isUsable = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") }
    guard isUsable else {
      throw .credentialHelper("docker-credential-", reason: "its name is not usable")
    }
    self.init(program: "docker-credential-\(name)")
  }

  /// A program by its name in `PATH` or its path.
  init(program: String, within seconds: Double = patience) {
    self.program = program
    self.seconds = seconds
  }

  /// What the program has for a server; nil when it has nothing.
  func credentials(for server: String) async throws(RegistryError) -> Credentials? {
    let answer = try await run("get", input: Array("\(server)\n".utf8))
    guard answer.exitStatus == 0 else {
      let text = String(decoding: answer.output, as: UTF8.self)
      if text.contains("credentials not found") { return nil }
      throw .credentialHelper(program, reason: "it ended with status \(answer.exitStatus)")
    }
    guard let json = try? JSONValue(parsing: answer.output), let user = json["Username"]?.string,
      let secret = json["Secret"]?.string
    else {
      throw .credentialHelper(program, reason: "its answer has no Username and Secret")
    }
    if user == "<token>" { return .identityToken(secret) }
    return user.isEmpty && secret.isEmpty ? nil : .password(user: user, password: secret)
  }

  /// Gives the program credentials to keep.
  func store(user: String, password: String, for server: String) async throws(RegistryError) {
    let json: JSONValue = [
      "ServerURL": .string(server), "Username": .string(user), "Secret": .string(password),
    ]
    try await change("store", input: json.bytes)
  }

  /// Makes the program forget the credentials for a server.
  func erase(_ server: String) async throws(RegistryError) {
    try await change("erase", input: Array("\(server)\n".utf8))
  }

  private func change(_ action: String, input: [UInt8]) async throws(RegistryError) {
    let answer = try await run(action, input: input)
    guard answer.exitStatus == 0 else {
      throw .credentialHelper(
        program, reason: "'\(action)' ended with status \(answer.exitStatus)")
    }
  }

  /// Runs the program on a thread that may block; whoever is cancelled has it killed.
  private func run(
    _ action: String, input: [UInt8]
  ) async throws(RegistryError) -> FilterProcess {
    guard input.count <= 4096 else {
      throw .credentialHelper(program, reason: "what it is to be told is too long")
    }
    let cancellation = Cancellation()
    let result = await withTaskCancellationHandler {
      await finish(action, input, cancellation)
    } onCancel: {
      cancellation.isSet.store(true, ordering: .relaxed)
    }
    switch result {
    case .success(let answer): return answer
    case .failure(let error) where error.errno == .canceled: throw .cancelled
    case .failure(let error) where error.errno == .timedOut:
      throw .credentialHelper(program, reason: "it did not end in \(Int(seconds)) s")
    case .failure(let error):
      throw .credentialHelper(program, reason: error.description)
    }
  }

  private func finish(
    _ action: String, _ input: [UInt8], _ cancellation: Cancellation
  ) async -> Result<FilterProcess, SystemError> {
    await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          returning: Result { () throws(SystemError) in
            try FilterProcess(
              running: program, [action], input: input, within: seconds
            ) { cancellation.isSet.load(ordering: .relaxed) }
          })
      }
    }
  }

  private final class Cancellation: Sendable {
    let isSet = Atomic(false)
  }
}
