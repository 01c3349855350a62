import FoundationEssentials
import Testing

/// What scripts read of imports, and how they find out whether one is due.
@Suite("Imports again and again", .needs(.firn))
struct UpdateTests {
  let scratch: Scratch
  let firn: Firn

  init() throws {
    scratch = try Scratch("update")
    firn = try Firn(creating: scratch("store"))
  }

  private struct Event: Decodable {
    var event: String
    var image: String
    var layer: Int?
    var received: UInt64?
    var fetchedLayers: Int?
    var unchanged: Bool?
  }

  private struct Update: Decodable {
    var name: String
    var state: String
    var source: String?
    var error: String?
  }

  private func events(_ text: String) throws -> [Event] {
    try text.split(separator: "\n").map {
      try JSONDecoder().decode(Event.self, from: Data($0.utf8))
    }
  }

  private func layout(_ name: String, _ content: String) throws -> String {
    try LayoutBuilder(scratch: scratch).layout(
      name, layers: [["base": noise(50_000, seed: 1)], ["own": Array(content.utf8)]])
  }

  @Test("events are a line of JSON each; those of an image come although the next one fails")
  func eventLines() throws {
    let source = "oci:\(try layout("first", "1")):latest"
    let outcome = try firn.run("import", "--json", source, "oci:\(scratch("nothing")):latest")
    #expect(outcome.status == 66 && outcome.errors.contains("source-not-found"))
    let events = try events(outcome.text)
    #expect(
      events.map(\.event).filter { $0 != "layer-progress" }.sorted() == [
        "layer-done", "layer-done", "layer-started", "layer-started", "linking", "published",
        "resolved", "summary",
      ])
    #expect(events.last?.event == "summary" && events.last?.fetchedLayers == 2)
    #expect(events.allSatisfy { $0.image == source })
    let again = try self.events(try firn("import", "--json", source).text)
    #expect(again.map(\.event) == ["summary"] && again[0].unchanged == true)
    let quiet = try self.events(try firn("import", "--json", "-q", "--name", "x", source).text)
    #expect(quiet.map(\.event) == ["summary"])
  }

  @Test(
    "an unchanged tag costs a request for its manifest and writes nothing; a moved one is seen",
    .tags(.registry), .needs(.registry))
  func updates() throws {
    let registry = try TestRun.registry.value
    let first = try layout("one", "1")
    let reference = try registry.push(layout: first, as: "update/image")
    try firn.importImage(reference, as: "image")
    let files = try output("find", firn.store, "-type", "f", "-printf", "%P %i %s %T@\n")
    let before = try registry.requests(to: "update/image").count
    try firn.importImage(reference, as: "image")
    #expect(
      try Array(registry.requests(to: "update/image").dropFirst(before))
        == ["/v2/update/image/manifests/latest"])
    let current = try firn("check-update", "--tls-verify=false", "image")
    #expect(current.text == "image: current\n")
    #expect(try registry.requests(to: "update/image").count == before + 2)
    #expect(try output("find", firn.store, "-type", "f", "-printf", "%P %i %s %T@\n") == files)

    try registry.push(layout: try layout("two", "2"), as: "update/image")
    let newer = try firn.run("check-update", "--tls-verify=false", "image")
    #expect(newer.status == 100 && newer.text.hasPrefix("image: newer in \(reference)"))
    #expect(newer.errors.isEmpty)
    let words = try firn.command("check-update", "--tls-verify=false", "image").words
    let line = words.map { "'\($0)'" }.joined(separator: " ")
    let full = try Command("sh", "-c", "\(line) >/dev/full").run()
    #expect(full.status == 74 && full.errors.contains("standard output"))
    let id = try #require(firn.images().first?.id)
    try firn.importImage(reference, as: "image")
    #expect(try firn.images().first { $0.name == "image" }?.id != id)
    try firn("check-update", "--tls-verify=false", "image")
  }

  @Test("what cannot be checked is an error, and the others are checked all the same")
  func failures() throws {
    try firn.importImage("oci:\(try layout("local", "1")):latest", as: "local")
    let outcome = try firn.run("check-update", "--json", "nothing", "local")
    #expect(outcome.status == 66)
    let updates = try JSONDecoder().decode([Update].self, from: Data(outcome.text.utf8))
    #expect(updates.map(\.name) == ["nothing", "local"])
    #expect(updates.map(\.state) == ["unknown", "unknown"])
    #expect(updates.map(\.error) == ["image-not-found", "source-not-found"])
    #expect(outcome.errors.contains("\"code\":\"image-not-found\""))
  }
}
