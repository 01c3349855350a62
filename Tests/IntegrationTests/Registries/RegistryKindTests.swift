import Glibc
import Testing

/// Debian's docker-registry in the forms that sites run it in, and the program as people run it.
@Suite("Kinds of registries", .tags(.registry), .needs(.firn, .registry))
struct RegistryKindTests {
  private static let password = "canary-pa55word"
  // canary:canary-pa55word
  private static let secrets = [password, "Y2FuYXJ5OmNhbmFyeS1wYTU1d29yZA"]

  let scratch: Scratch
  let firn: Firn
  let layout: String

  init() throws {
    scratch = try Scratch("registry-kind")
    var firn = try Firn(creating: scratch("store"))
    firn.environment["HOME"] = try scratch.directory("home")
    firn.environment["XDG_RUNTIME_DIR"] = try scratch.directory("run")
    self.firn = firn
    layout = try LayoutBuilder(scratch: scratch).layout(
      "image", layers: [["a": noise(300_000, seed: 1)], ["b": noise(3000, seed: 2)]])
  }

  /// The program with the user's own configuration below `home`.
  private func command(_ words: String...) throws -> Command {
    var command = try firn.command(words)
    command.environment["XDG_CONFIG_HOME"] = .some(nil)
    return command
  }

  /// Neither what was shown nor a file of the store has a secret.
  private func expectNoSecret(
    _ outcomes: Command.Outcome..., sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    for secret in Self.secrets {
      for outcome in outcomes {
        #expect(
          !(outcome.text + outcome.errors).contains(secret), sourceLocation: sourceLocation)
      }
      let found = try Command("grep", "-rlaF", secret, firn.store).run()
      #expect(found.status == 1, "\(found)", sourceLocation: sourceLocation)
    }
  }

  @Test("TLS of an own authority works with its certificate, by option or directory, only")
  func ownAuthority() throws {
    let registry = try Registry(in: scratch("registry"), [.tls])
    let reference = try registry.push(layout: layout, as: "a/b")
    let stranger = try command("import", "--quiet", reference).run()
    stranger.expectFailure(69, mentions: "certificate", registry.address)
    try scratch.directory("certs")
    try output("cp", registry.authority, scratch("certs/ca.crt"))
    try command("import", "--quiet", "--cert-dir", scratch("certs"), reference).succeed()
    let directory = "home/.config/containers/certs.d/\(registry.address)"
    try scratch.directory(directory)
    try output("cp", registry.authority, scratch("\(directory)/ca.crt"))
    let again = try command("import", "--name", "again", reference).succeed()
    #expect(again.status == 0)
    #expect(try firn.images().count == 2)
    try command("import", "--quiet", "--tls-verify=false", "--name", "x", reference).succeed()
  }

  @Test("a password is found where login put it, and is shown and stored nowhere else")
  func password() throws {
    let registry = try Registry(in: scratch("registry"), [.password(Self.password)])
    let reference = try registry.push(
      layout: layout, as: "a/b", credentials: "canary:\(Self.password)")
    let bare = try command("import", "--quiet", reference).run()
    bare.expectFailure(77, mentions: "a/b", "login")
    let wrong = try command("import", "--creds", "canary:wr0ng-canary", reference).run()
    wrong.expectFailure(77, mentions: "the command line")
    #expect(!wrong.errors.contains("wr0ng"))
    var login = try command("login")
    login.arguments = [
      "sh", "-c", "printf '%s' \"$1\" | \"$2\" login -u canary --password-stdin \"$3\"", "sh",
      Self.password, try Firn.binary.value, registry.address,
    ]
    let loggedIn = try login.succeed()
    let plain = try command("import", reference).succeed()
    let json = try command("import", "--json", "--name", "two", reference).succeed()
    let log = try firn("log")
    try expectNoSecret(bare, wrong, loggedIn, plain, json, log)
    var logout = try command("logout")
    logout.arguments = [try Firn.binary.value, "logout", registry.address]
    try logout.succeed()
    try command("import", "--quiet", "--name", "three", reference).run()
      .expectFailure(77, mentions: "login")
  }

  @Test("a pull-through mirror is asked first, and without it the registry itself")
  func cache() throws {
    let origin = try Registry(in: scratch("origin"))
    let cache = try Registry(in: scratch("cache"), [.cache(of: origin.address)])
    let reference = try origin.push(layout: layout, as: "a/b")
    let configuration = try scratch.file(
      "registries.conf",
      """
      [[registry]]
      location = "\(origin.address)"
      insecure = true
      [[registry.mirror]]
      location = "\(cache.address)"
      insecure = true

      """)
    var first = try command("import", "--creds", "canary:\(Self.password)", reference)
    first.environment["CONTAINERS_REGISTRIES_CONF"] = configuration
    let outcome = try first.succeed()
    #expect(outcome.errors.isEmpty || !outcome.errors.contains("error"))
    #expect(try Set(cache.blobsFetched(from: "a/b")).count == 3)
    try expectNoSecret(outcome)
    // Beside the cache nobody asked the origin.
    let before = try origin.blobsFetched(from: "a/b").count
    let other = try Firn(creating: scratch("other"))
    var second = try other.command("import", "--quiet", reference)
    second.environment["CONTAINERS_REGISTRIES_CONF"] = configuration
    try second.succeed()
    #expect(try origin.blobsFetched(from: "a/b").count == before)
    try cache.stop()
    let third = try Firn(creating: scratch("third"))
    var direct = try third.command("import", "--quiet", reference)
    direct.environment["CONTAINERS_REGISTRIES_CONF"] = configuration
    try direct.succeed()
    #expect(try origin.blobsFetched(from: "a/b").count == before + 3)
  }

  @Test("a policy that was named decides, whatever the machine's says")
  func policy() throws {
    let reject = try scratch.file("reject.json", #"{"default":[{"type":"reject"}]}"#)
    let accept = try scratch.file(
      "accept.json", #"{"default":[{"type":"insecureAcceptAnything"}]}"#)
    try command("import", "--quiet", "--policy", reject, "oci:\(layout):latest").run()
      .expectFailure(78, mentions: reject)
    try command("import", "--quiet", "--policy", accept, "oci:\(layout):latest").succeed()
  }

  @Test("a registry that says nothing is given up after its time, and at once when interrupted")
  func silence() throws {
    let silent = try SilentServer()
    let reference = "docker://\(silent.address)/a/b:1"
    let outcome = try command(
      "import", "--idle-timeout", "1s", "--creds", "canary:\(Self.password)", reference
    ).run()
    outcome.expectFailure(69, mentions: silent.address)
    #expect(FailureReport(outcome.errors).notices.count == 2, "\(outcome)")
    // Three attempts, each with and without TLS, and the waits between them.
    #expect(outcome.seconds < 30, "it took \(outcome.seconds) s")
    try expectNoSecret(outcome)
    let program = try command("import", "--idle-timeout", "1h", "--quiet", reference).start()
    _ = eventually(within: 1) { false }
    program.signal(SIGINT)
    let interrupted = try program.wait(timeout: 60)
    interrupted.expectFailure(130)
    #expect(try firn.images().isEmpty)
  }
}

/// A port on the loopback address where connections are made and nothing is ever said.
private final class SilentServer {
  let address: String
  private let listener: Int32

  init() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isReady = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &length) == 0
      }
    }
    guard isReady else { throw SystemFailure("no free port") }
    self.address = "127.0.0.1:\(UInt16(bigEndian: address.sin_port))"
  }

  deinit { close(listener) }
}
