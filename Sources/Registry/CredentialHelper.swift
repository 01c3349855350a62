internal import Dispatch
internal import Linux
internal import OCI

/// A program that keeps credentials, by the protocol of docker-credential-helpers: `get`, the
/// server on standard input, JSON on standard output.
struct CredentialHelper: Sendable {
  private let program: String

  /// The program `docker-credential-NAME`, wherever `PATH` has it.
  init(name: String) throws(RegistryError) {
    let isUsable = !name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 != UInt8(ascii: "/") }
    guard isUsable else {
      throw .credentialHelper("docker-credential-", reason: "its name is not usable")
    }
    self.init(program: "docker-credential-\(name)")
  }

  /// A program by its name in `PATH` or its path.
  init(program: String) { self.program = program }

  /// What the program has for a server; nil when it has nothing.
  func credentials(for server: String) async throws(RegistryError) -> Credentials? {
    guard server.utf8.count < 4096 else {
      throw .credentialHelper(program, reason: "the server's name is too long")
    }
    let answer = try await run(input: Array("\(server)\n".utf8))
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

  /// Runs the program on a thread that may block.
  private func run(input: [UInt8]) async throws(RegistryError) -> FilterProcess {
    let result: Result<FilterProcess, SystemError> = await withCheckedContinuation { continuation in
      DispatchQueue.global().async {
        continuation.resume(
          returning: Result { () throws(SystemError) in
            try FilterProcess(running: program, ["get"], input: input)
          })
      }
    }
    switch result {
    case .success(let answer): return answer
    case .failure(let error):
      throw .credentialHelper(program, reason: error.description)
    }
  }
}
