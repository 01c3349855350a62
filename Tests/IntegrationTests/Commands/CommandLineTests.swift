import FoundationEssentials
import Testing

/// What scripts may rely on beside the commands' effects: options, output, and where it goes.
@Suite("The command line", .needs(.firn))
struct CommandLineTests {
  let scratch: Scratch
  let firn: Firn
  let layout: Layout

  init() throws {
    scratch = try Scratch("command-line")
    firn = try Firn(creating: scratch("store"))
    layout = try Layout(CleanStore(scratch).small)
  }

  @Test(
    "every command explains itself and takes --store",
    arguments: [
      "init", "import", "list", "inspect", "tag", "remove", "export", "dump", "mount", "unmount",
      "serve", "podman-config", "version", "access", "check-update", "doctor", "du", "fsck", "gc",
      "leases", "log",
      "undelete",
    ])
  func help(command: String) throws {
    let outcome = try Command(Firn.binary.value, command, "--help").succeed()
    #expect(outcome.text.contains("USAGE: firn \(command)"))
    #expect(outcome.errors.isEmpty)
    // init takes it, too, but shows its argument.
    #expect(outcome.text.contains(command == "init" ? "<store>" : "--store"), "\(outcome)")
  }

  @Test("asking servers explains itself")
  func statusHelp() throws {
    let outcome = try Command(Firn.binary.value, "status", "--help").succeed()
    #expect(outcome.text.contains("USAGE: firn status [--json] [<mount>]"), "\(outcome)")
  }

  @Test("logging in and out explain themselves", arguments: ["login", "logout"])
  func loginHelp(command: String) throws {
    let outcome = try Command(Firn.binary.value, command, "--help").succeed()
    #expect(outcome.text.contains("USAGE: firn \(command)") && outcome.text.contains("--authfile"))
  }

  @Test("an idle timeout is a time, and never none", arguments: ["0", "x", "2d", "60"])
  func idleTimeout(value: String) throws {
    let outcome = try firn.run("import", "--idle-timeout", value, "oci:\(layout.path):latest")
    #expect(outcome.status == 64)
  }

  @Test("an image has its reference's name, or the names that were asked for")
  func names() throws {
    try firn("import", "--quiet", "oci:\(layout.path):latest")
    let own = try #require(firn.images().first?.name)
    #expect(own.contains("small"))
    try firn("import", "--quiet", "--name", "one", "--name", "two:2", "oci:\(layout.path):latest")
    #expect(try Set(firn.images().compactMap(\.name)) == [own, "one", "two:2"])
    let lines = try firn("list").text.split(separator: "\n")
    #expect(
      Set(lines.compactMap { $0.split(separator: " ").first }) == [Substring(own), "one", "two:2"])
  }

  @Test("inspect finds an image by name, id, the beginning of its id, and digest")
  func inspect() throws {
    try firn.importImage("oci:\(layout.path):latest", as: "image")
    let id = String(layout.manifest.config.digest.dropFirst(7))
    let references = [
      "image", id, String(id.prefix(12)), layout.digest, layout.manifest.config.digest,
    ]
    let outputs = try references.map { try firn("inspect", "--json", $0).text }
    #expect(Set(outputs).count == 1)
    let image = try JSONDecoder().decode(Firn.Image.self, from: Data((outputs[0]).utf8))
    #expect(image.id == id)
    #expect(image.names == ["image"])
    #expect(image.digests.contains(layout.digest))
  }

  @Test("what is quiet says nothing; results go to standard output and progress does not")
  func streams() throws {
    let quiet = try firn("import", "--quiet", "--name", "a", "oci:\(layout.path):latest")
    #expect(quiet.output.isEmpty && quiet.errors.isEmpty)
    let other = try Firn(creating: scratch("other"))
    let loud = try other("import", "--name", "a", "oci:\(layout.path):latest")
    #expect(loud.text.split(separator: "\n").count == 1 && loud.text.hasPrefix("a: "))
    #expect(loud.errors.contains("1 of 1 layer done, layer 1: "))
    #expect(!loud.errors.contains("\u{1B}["), "colours are for terminals")
  }

  @Test("the store is named by the option, the environment or the configuration, in this order")
  func storeNames() throws {
    try firn.importImage("oci:\(layout.path):latest", as: "in-store")
    let other = try Firn(creating: scratch("other"))
    try other.importImage("oci:\(layout.path):latest", as: "in-other")
    try scratch.directory("config/firn")
    try scratch.file("config/firn/firn.json", "{\"store\": \"\(other.store)\"}")
    var command = Command(try Firn.binary.value, "list")
    command.environment = ["FIRN_STORE": nil, "XDG_CONFIG_HOME": scratch("config")]
    #expect(try command.succeed().text.hasPrefix("in-other "))
    command.environment["FIRN_STORE"] = firn.store
    #expect(try command.succeed().text.hasPrefix("in-store "))
    command.arguments += ["--store", other.store]
    #expect(try command.succeed().text.hasPrefix("in-other "))
  }

  @Test("a configuration file with a mistake is refused and named")
  func configuration() throws {
    try scratch.directory("config/firn")
    let file = try scratch.file("config/firn/firn.json", "{\"stroe\": \"x\"}")
    var command = Command(try Firn.binary.value, "list")
    command.environment = ["FIRN_STORE": nil, "XDG_CONFIG_HOME": scratch("config")]
    try command.run().expectFailure(78, mentions: file, "stroe")
  }

  @Test("removing names leaves an image its others, and several go together or not at all")
  func remove() throws {
    try firn(
      "import", "-q", "--name", "a", "--name", "b", "--name", "c", "oci:\(layout.path):latest")
    try firn.run("remove", "a", "nothing").expectFailure(66, mentions: "nothing")
    #expect(try firn.images().compactMap(\.name) == ["a", "b", "c"])
    try firn("remove", "a", "b")
    #expect(try firn.images().compactMap(\.name) == ["c"])
    try firn("remove", "c")
    #expect(try firn.images().isEmpty)
    try firn.importImage("oci:\(layout.path):latest", as: "back")
    #expect(try firn.images().compactMap(\.name) == ["back"])
  }

  @Test("export replaces files, and nothing else: links lead on, devices and pipes are written to")
  func exportTargets() throws {
    try firn.importImage("oci:\(layout.path):latest", as: "image")
    try firn("export", "image", scratch("file"))
    let whole = try output("sha256sum", scratch("file")).prefix(64)
    try output("ln", "-s", "far/end", scratch("link"))
    try output("mkdir", scratch("far"))
    try output("ln", "-s", "../target", scratch("far/end"))
    try firn("export", "image", scratch("link"))
    #expect(try output("sha256sum", scratch("target")).prefix(64) == whole)
    #expect(try output("stat", "-c", "%F", scratch("link")) == "symbolic link")
    try output("mkfifo", scratch("pipe"))
    let reader = try Command("sha256sum", scratch("pipe")).start()
    try firn("export", "image", scratch("pipe"))
    #expect(try reader.wait(timeout: 20).text.prefix(64) == whole)
    #expect(try output("stat", "-c", "%F", scratch("pipe")) == "fifo")
    #expect(try list(scratch.path).filter { $0.contains("firn-") } == [])
  }

  @Test(
    "output that cannot be written is an error",
    arguments: [
      ["list"], ["list", "--json"], ["inspect", "image"], ["export", "image", "-"], ["log"], ["du"],
      ["fsck", "--json"], ["dump", "image"],
    ])
  func fullOutput(words: [String]) throws {
    try firn.importImage("oci:\(layout.path):latest", as: "image")
    let line = try firn.command(words).words.map { "'\($0)'" }.joined(separator: " ")
    let outcome = try Command("sh", "-c", "\(line) >/dev/full").run()
    #expect(outcome.status == 74, "\(outcome)")
    #expect(outcome.errors.contains("standard output could not be written"))
    if !words.contains("--json") { outcome.expectFailure(74, mentions: "standard output") }
  }
}
