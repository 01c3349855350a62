import Failures
import Linux
import SystemPackage
import Testing

@testable import Registry

@Suite("Credential helpers")
struct CredentialHelperTests {
  /// Runs a helper that is the given script.
  private func answer(_ script: String, server: String = "reg:5000") async throws -> Credentials? {
    try await helper(script) { try await $0.credentials(for: server) }
  }

  private func helper<Result>(
    _ script: String, within seconds: Double = 60,
    _ body: (CredentialHelper) async throws -> Result
  ) async throws -> Result {
    let directory = try ChildProcess(running: "mktemp", ["-d", "/tmp/firn-helper.XXXXXX"])
      .output.filter { !$0.isNewline }
    defer { _ = try? ChildProcess(running: "rm", ["-rf", directory]) }
    let program = FilePath("\(directory)/helper")
    do {
      let file = try OwnedDescriptor(opening: program, [.writeOnly, .create], mode: 0o755)
      try file.writeAll(Array("#!/bin/sh\n\(script)\n".utf8).span.bytes)
    }
    return try await body(CredentialHelper(program: program.string, within: seconds))
  }

  @Test("the helper is given the server and its answer is read")
  func password() async throws {
    let script = #"read s; [ "$1" = get ] && echo '{"Username":"'$s'","Secret":"hunter2"}'"#
    #expect(try await answer(script) == .password(user: "reg:5000", password: "hunter2"))
  }

  @Test("the user <token> means an identity token")
  func token() async throws {
    let found = try await answer(#"echo '{"Username":"<token>","Secret":"t"}'"#)
    #expect(found == .identityToken("t"))
  }

  @Test("a helper that has nothing says so")
  func nothing() async throws {
    let script = "echo 'credentials not found in native keychain'; exit 1"
    #expect(try await answer(script) == nil)
    #expect(try await answer(#"echo '{"Username":"","Secret":""}'"#) == nil)
  }

  @Test(
    "a helper that fails is an error without what it printed",
    arguments: [
      "echo hunter2; exit 3", "echo hunter2", #"echo '{"Secret":"hunter2"}'"#, "kill -9 $$",
    ])
  func failing(script: String) async throws {
    let error = await #expect(throws: RegistryError.self) { try await answer(script) }
    #expect(error?.failure.code == .configuration)
    #expect("\(String(describing: error))".contains("hunter2") == false)
  }

  @Test("a helper is given credentials as JSON on its input, and told what to forget")
  func changes() async throws {
    let stores =
      #"[ "$*" = store ] && grep -qxF '{"Secret":"p\"w","ServerURL":"reg:5000","Username":"me"}'"#
    try await helper(stores) { try await $0.store(user: "me", password: "p\"w", for: "reg:5000") }
    try await helper(#"read s; [ "$* $s" = "erase reg:5000" ]"#) { try await $0.erase("reg:5000") }
  }

  @Test("a helper that does not do it is an error without the secret", arguments: [6, 5000])
  func failingChanges(length: Int) async throws {
    let secret = String(repeating: "hunter", count: length / 6)
    let error = await #expect(throws: RegistryError.self) {
      try await helper("cat; exit 1") {
        try await $0.store(user: "me", password: secret, for: "reg")
      }
    }
    #expect(error?.description.contains("hunter") == false)
  }

  @Test("a helper that does not end is an error that says so, and not one for ever")
  func endless() async throws {
    let start = ContinuousClock.now
    let error = await #expect(throws: RegistryError.self) {
      try await helper("exec sleep 60", within: 1) { try await $0.credentials(for: "reg") }
    }
    #expect(error?.failure.code == .configuration)
    #expect(error?.failure.cause == "it did not end in 1 s")
    #expect(start.duration(to: .now) < .seconds(40))
    #expect(CredentialHelper.patience == 60)
  }

  @Test("whoever is cancelled does not wait for a helper")
  func cancelled() async throws {
    let start = ContinuousClock.now
    try await helper("exec sleep 60") { helper in
      let task = Task { try await helper.credentials(for: "reg") }
      try await Task.sleep(for: .milliseconds(200))
      task.cancel()
      await #expect(throws: RegistryError.cancelled) { _ = try await task.value }
    }
    #expect(start.duration(to: .now) < .seconds(40))
  }

  @Test("what failed at logging out is not mended by credentials on the command line")
  func nextStep() {
    let error = RegistryError.credentialHelper("docker-credential-x", reason: "why")
    #expect(error.failure.nextStep?.contains("--creds") == false)
  }

  @Test("names that could be paths are refused", arguments: ["../x", "a/b", "a b", "", "a\n"])
  func names(name: String) {
    #expect(throws: RegistryError.self) { try CredentialHelper(name: name) }
  }
}
