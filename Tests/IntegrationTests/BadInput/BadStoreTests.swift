import Digests
import Testing

/// Stores that cannot be used, and images that are not in them.
@Suite("Bad stores", .needs(.firn))
struct BadStoreTests {
  let scratch: Scratch

  init() throws { scratch = try Scratch("bad-store") }

  @Test("a directory that is no store is refused", arguments: ["empty", "missing", "file"])
  func noStore(kind: String) throws {
    if kind == "empty" { try scratch.directory(kind) }
    if kind == "file" { try scratch.file(kind, "not a store") }
    let before = try listing(scratch.path)
    let firn = Firn(at: scratch(kind))
    for words in [["list"], ["import", "oci:/nonexistent"], ["serve", scratch("mount")]] {
      let outcome = try firn.command(words).run()
      outcome.expectFailure(66, mentions: scratch(kind))
    }
    #expect(try listing(scratch.path).filter { !$0.hasPrefix("mount") } == before)
  }

  @Test("no store named at all says how to name one")
  func noName() throws {
    var command = Command(try Firn.binary.value, "list")
    command.environment = ["FIRN_STORE": nil, "XDG_CONFIG_HOME": "/nonexistent"]
    try command.run().expectFailure(66, mentions: "--store", "FIRN_STORE")
  }

  @Test("an unknown incompatible feature is refused and named")
  func unknownFeature() throws {
    let firn = try Firn(creating: scratch("store"))
    try addFeature("time-travel", to: "incompatible", firn)
    for words in [
      ["list"], ["import", "oci:/x"], ["serve", scratch("mount")], ["tag", "a", "b"],
    ] {
      try firn.command(words).run().expectFailure(76, mentions: "time-travel")
    }
  }

  @Test("an unknown read-only compatible feature lets a store be read and not be changed")
  func unknownReadOnlyCompatibleFeature() throws {
    let firn = try Firn(creating: scratch("store"))
    try addFeature("time-travel", to: "readOnlyCompatible", firn)
    #expect(try firn.images().isEmpty)
    let small = try CleanStore(scratch).small
    let outcome = try firn.run("import", "--quiet", "oci:\(small):latest")
    outcome.expectFailure(76, mentions: "time-travel")
  }

  @Test("an unknown compatible feature is accepted")
  func unknownCompatibleFeature() throws {
    let firn = try Firn(creating: scratch("store"))
    try addFeature("stickers", to: "compatible", firn)
    #expect(try firn.images().isEmpty)
    try firn.importImage("oci:\(CleanStore(scratch).small):latest", as: "small")
  }

  /// Adds a flag to a list in firn.json, and seals the text again (firn-store(5), "Sealed JSON").
  private func addFeature(_ flag: String, to list: String, _ firn: Firn) throws {
    let text = try readText("\(firn.store)/firn.json")
    let seal = try #require(text.firstRange(of: ",\"sha256\":"))
    let opening = try #require(text.firstRange(of: "\"\(list)\":["))
    let body =
      text[..<opening.upperBound] + "\"\(flag)\"" + text[opening.upperBound..<seal.lowerBound]
    let digest = SHA256Digest.of(Array(body.utf8).span.bytes).hex
    try writeFile("\(firn.store)/firn.json", Array("\(body),\"sha256\":\"\(digest)\"}\n".utf8))
  }

  @Test("a firn.json that is no JSON is refused")
  func garbledDescription() throws {
    let firn = try Firn(creating: scratch("store"))
    try writeFile("\(firn.store)/firn.json", Array("{\"firn".utf8))
    try firn.run("list").expectFailure(65, mentions: "firn.json")
  }

  @Test(
    "an image that is not there is refused, and the list is pointed at",
    arguments: ["inspect", "remove", "dump", "export", "tag", "mount"])
  func unknownImage(command: String) throws {
    let firn = try Firn(creating: scratch("store"))
    let before = try listing(firn.store)
    var words = [command, "nothing/here:1"]
    if command == "export" { words.append(scratch("file.squashfs")) }
    if command == "tag" { words.append("new") }
    if command == "mount" { words.append(try scratch.directory("mount")) }
    let outcome = try firn.command(words).run()
    outcome.expectFailure(66, mentions: "nothing/here:1", "firn list")
    #expect(try listing(firn.store) == before)
    #expect(!exists(scratch("file.squashfs")))
    #expect(try MountTable.below(scratch.path).isEmpty)
  }

  @Test("with --json the error is one object")
  func jsonError() throws {
    let firn = try Firn(creating: scratch("store"))
    let outcome = try firn.run("inspect", "--json", "nothing")
    #expect(outcome.status == 66)
    #expect(outcome.output.isEmpty)
    #expect(outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains("\"code\":\"image-not-found\""))
  }

  @Test("a store is not made where something is")
  func initOverSomething() throws {
    let firn = try Firn(creating: scratch("store"))
    try Command(Firn.binary.value, "init", firn.store).run().expectFailure(73, mentions: firn.store)
    let full = try scratch.directory("full")
    try writeFile("\(full)/thing", [1])
    try Command(Firn.binary.value, "init", full).run().expectFailure(73, mentions: full)
    #expect(try list(full) == ["thing"])
  }

  @Test(
    "a command line with a mistake says which, and where help is",
    arguments: [
      ["import", "--tls-verfy=false", "oci:x"], ["imprt", "oci:x"], ["list", "surplus"],
      ["serve", "--forground", "/x"], ["tag", "one"],
    ])
  func mistyped(words: [String]) throws {
    let outcome = try Command([Firn.binary.value] + words).run()
    #expect(outcome.status == 64, "\(outcome)")
    #expect(outcome.output.isEmpty)
    let next = words[0] == "imprt" ? "'firn import'" : "--help"
    #expect(outcome.errors.contains(next), "\(outcome)")
    let wrong = words.first { $0.contains("verfy") || $0.contains("forg") || $0 == "surplus" }
    if let wrong { #expect(outcome.errors.contains(wrong.prefix { $0 != "=" }), "\(outcome)") }
  }
}
