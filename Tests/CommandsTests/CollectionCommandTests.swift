import ArgumentParser
import Collection
import Compression
import Failures
import ImageSamples
import ImageTree
import Store
import SystemPackage
import Testing

@testable import Commands

@Suite("Commands about what was removed")
struct CollectionCommandTests {
  @Test("gc without waits frees the space of what was removed, in two runs")
  func gc() throws {
    let fixture = try TwoImageStore()
    try fixture.run(GCCommand.self)
    try fixture.run(RemoveCommand.self, "one", "uno")
    try fixture.run(GCCommand.self)
    #expect(try fixture.store.newest().retired.map(\.condemned) == [nil])
    let waits = ["--keep-within", "0", "--grace", "0"]
    try fixture.run(GCCommand.self, waits[0], waits[1], waits[2], waits[3], "--dry-run")
    #expect(try fixture.store.newest().retired.map(\.condemned) == [nil], "a dry run")
    try fixture.run(GCCommand.self, waits[0], waits[1], waits[2], waits[3], "--json")
    #expect(try fixture.store.newest().retired.allSatisfy { $0.condemned != nil })
    try fixture.run(GCCommand.self, waits[0], waits[1], waits[2], waits[3])
    #expect(try fixture.store.newest().retired.isEmpty)
    #expect(try fixture.files(.images) == 1)
    #expect(try fixture.names == [["two"]])
    #expect(fixture.store.check(.data) == [])
    #expect(try fixture.store.newest().operation.text.hasPrefix("gc: delete one"))
  }

  @Test("gc pins and unpins images, and says so in the log")
  func pins() throws {
    let fixture = try TwoImageStore()
    try fixture.run(GCCommand.self, "--pin", "one", "--pin", "two", "--dry-run")
    #expect(try fixture.store.newest().images.map(\.isPinned) == [false, false])
    try fixture.run(GCCommand.self, "--pin", "one", "--pin", "two")
    #expect(try fixture.store.newest().images.map(\.isPinned) == [true, true])
    #expect(try fixture.store.newest().operation.text == "gc: pin one; pin two")
    try fixture.run(GCCommand.self, "--unpin", "two")
    #expect(try fixture.store.newest().images.map(\.isPinned) == [true, false])
    #expect(throws: StoreError.imageNotFound("none")) {
      try fixture.run(GCCommand.self, "--pin", "none")
    }
  }

  @Test("undelete brings an image back with its names")
  func undelete() throws {
    let fixture = try TwoImageStore()
    try fixture.run(RemoveCommand.self, String(try fixture.store.newest().images[0].id.prefix(12)))
    #expect(try fixture.names == [["two"]])
    try fixture.run(UndeleteCommand.self, "uno", "one")
    #expect(try fixture.names == [["one", "uno"], ["two"]])
    let id = try fixture.store.newest().image("uno").id.prefix(12)
    #expect(try fixture.store.newest().operation.text == "undelete uno one (\(id))")
  }

  @Test("undelete leaves names alone that another image has, and gives a new one when told to")
  func takenNames() throws {
    let fixture = try TwoImageStore()
    let id = try fixture.store.newest().images[0].id
    try fixture.run(RemoveCommand.self, id)
    try fixture.run(TagCommand.self, "two", "one")
    try fixture.run(UndeleteCommand.self, "one", "--as", "eins")
    #expect(try fixture.names == [["eins", "uno"], ["one", "two"]])
  }

  @Test("undelete says why it cannot, and then changes nothing")
  func impossible() throws {
    let fixture = try TwoImageStore()
    try fixture.run(TagCommand.self, "one", "moves")
    try fixture.run(TagCommand.self, "two", "moves")
    let generation = try fixture.store.newest().generation
    let moved = #expect(throws: Failure.self) {
      try fixture.run(UndeleteCommand.self, "moves")
    }
    #expect(moved?.nextStep?.contains("firn tag") == true)
    let present = #expect(throws: Failure.self) { try fixture.run(UndeleteCommand.self, "two") }
    #expect(present?.code == .alreadyExists)
    let unknown = #expect(throws: Failure.self) { try fixture.run(UndeleteCommand.self, "none") }
    #expect(unknown?.code == .imageNotFound)
    #expect(throws: (any Error).self) {
      try fixture.run(UndeleteCommand.self, "a", "b", "--as", "c")
    }
    #expect(try fixture.store.newest().generation == generation)
    try fixture.run(RemoveCommand.self, "two", "moves")
    #expect(throws: Failure.self) { try fixture.run(UndeleteCommand.self, "two", "none") }
    #expect(try fixture.names.count == 1)
  }

  @Test("list --removed has what can be had back, the last removed first, and until when")
  func removed() throws {
    let fixture = try TwoImageStore()
    try fixture.run(RemoveCommand.self, "one", "uno")
    let rows = RemovedImages(try fixture.store.newest()).rows
    #expect(rows.map(\.names) == [["one", "uno"]])
    let entry = try #require(try fixture.store.newest().retired.first)
    let days = (CollectionPolicy().end(of: entry) - entry.retired) / 86_400
    #expect(days == 21)
    #expect(rows[0].until == Output.time(CollectionPolicy().end(of: entry)))
    #expect(!rows[0].condemned)
    try fixture.run(ListCommand.self, "--removed")
    try fixture.run(ListCommand.self, "--removed", "--json")
  }

  @Test("log and leases print what there is")
  func listings() throws {
    let fixture = try TwoImageStore()
    let lease = try fixture.store.takeLease(of: 1, for: 60, purpose: "test")
    try fixture.run(LeasesCommand.self)
    try fixture.run(LeasesCommand.self, "--json")
    try fixture.run(LogCommand.self, "--lines", "2")
    try fixture.run(LogCommand.self, "--json", "one")
    #expect(try fixture.store.leases() == [lease])
    #expect(throws: (any Error).self) { try fixture.run(LogCommand.self, "--lines", "0") }
  }

  @Test(
    "log finds a name as a word, behind a slash, and an id by its first digits",
    arguments: [
      ("import docker.io/library/debian:12", "debian:12", true),
      ("import docker.io/library/debian:12", "docker.io/library/debian:12", true),
      ("import docker.io/library/debian:12", "debian", false),
      ("import docker.io/library/debian:12", "bian:12", false),
      ("tag a b", "b", true), ("tag a b", "tag a", false),
      ("gc: delete one, two, 3 packs", "two", true),
      ("gc: delete 0123456789ab; condemn c", "0123", true),
      ("gc: delete 0123456789ab", "0123456789abcdef0123", true),
      ("gc: delete 0123456789ab", "012", false), ("gc: delete 0123456789ab", "1234", false),
    ])
  func mentions(text: String, name: String, isFound: Bool) {
    #expect(LogCommand.mentions(text, name) == isFound)
  }
}

@Suite("Lengths of time as arguments")
struct DurationArgumentTests {
  @Test(
    "have a unit from seconds to weeks",
    arguments: [
      ("0", 0), ("0d", 0), ("1s", 1), ("90s", 90), ("2m", 120), ("36h", 129_600),
      ("14d", 1_209_600),
      ("2w", 1_209_600), ("106751991167300d", 9_223_372_036_854_720_000),
    ] as [(String, Int64)])
  func good(text: String, seconds: Int64) throws {
    #expect(try DurationArgument(parsing: text).seconds == seconds)
  }

  @Test(
    "are refused in other forms",
    arguments: [
      "", "d", "14", "-1d", "+1d", "1.5d", "1 d", "1D", "1y", "1dd", "٣d", "9223372036854775808s",
      "106751991167301d",
    ])
  func bad(text: String) {
    let error = #expect(throws: ValidationError.self) { try DurationArgument(parsing: text) }
    let isForm = error?.message == "give a number and s, m, h, d or w, such as 30s"
    #expect(isForm || error?.message == "that is too long")
  }

  @Test("are shown as they may be given")
  func shown() throws {
    for text in ["0", "90s", "7m", "36h", "13d", "2w"] {
      #expect(try DurationArgument(parsing: text).text == text)
    }
    #expect(DurationArgument(seconds: -5).seconds == 0)
    #expect(try DurationArgument(parsing: "14d").text == "2w")
  }
}
