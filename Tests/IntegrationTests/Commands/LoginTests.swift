import Glibc
import Testing

/// What `firn login` and `firn logout` do for people and scripts; what they write, and what
/// registries say to it, is tested in RegistryTests and TransportsTests.
@Suite("Logging in and out", .needs(.firn, .registry))
struct LoginTests {
  let scratch: Scratch
  let registry: Registry

  init() throws {
    scratch = try Scratch("login")
    registry = try Registry(in: scratch("registry"))
  }

  private var file: String { scratch("auth.json") }

  private func firn(_ words: String...) throws -> Command {
    var command = Command([try Firn.binary.value] + words)
    command.environment = ["REGISTRY_AUTH_FILE": file, "XDG_CONFIG_HOME": "/nonexistent"]
    return command
  }

  /// `firn login` with a password on standard input.
  private func login(_ password: String, user: String = "me") throws -> Command {
    var command = Command(
      "sh", "-c", "printf '%s' \"$1\" | \"$2\" login -u \"$3\" --password-stdin \"$4\"", "sh",
      password, try Firn.binary.value, user, registry.address)
    command.environment = ["REGISTRY_AUTH_FILE": file]
    return command
  }

  @Test("credentials are kept in a private file, and shown nowhere")
  func standardInput() throws {
    let outcome = try login("hunter2\n").succeed()
    #expect(outcome.text.contains("logged in to \(registry.address) as me"))
    #expect(!(outcome.text + outcome.errors).contains("hunter2"))
    // This registry asks nobody, which is worth a warning.
    #expect(outcome.errors.contains("not checked"))
    #expect(try output("stat", "-c", "%a", file) == "600")
    // me:hunter2
    #expect(try readText(file).contains("bWU6aHVudGVyMg=="))
    try firn("logout", registry.address).succeed()
    #expect(try !readText(file).contains(registry.address))
    try firn("logout", registry.address).run().expectFailure(78, mentions: file)
    try firn("logout", "--all").succeed()
  }

  @Test(
    "a password that is missing, and arguments that make no sense, are errors",
    arguments: [("", "me"), ("\n", "me"), ("x", "a:b"), ("x", "")])
  func mistakes(password: String, user: String) throws {
    #expect(try login(password, user: user).run().status == 64)
    #expect(!exists(file))
  }

  @Test("there is no option for a password")
  func noOption() throws {
    #expect(try firn("login", "--password", "x", registry.address).run().status == 64)
    #expect(try firn("login", "--password-stdin", registry.address).run().status == 64)
    #expect(try firn("logout").run().status == 64)
  }

  @Test("a terminal is asked, and does not show the password")
  func terminal() throws {
    let line = "\(try Firn.binary.value) login \(registry.address)"
    let script = "(sleep 1; echo me; sleep 1; echo hunter2; sleep 1) | script -qec \"$1\" /dev/null"
    var command = Command("sh", "-c", script, "sh", line)
    command.environment = ["REGISTRY_AUTH_FILE": file]
    let outcome = try command.succeed()
    #expect(outcome.text.contains("Password: "))
    #expect(!outcome.text.contains("hunter2"))
    #expect(try readText(file).contains("bWU6aHVudGVyMg=="))
  }
}
