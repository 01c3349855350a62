import Failures
import Linux
import OCI
import SystemPackage
import Testing

@testable import Registry

private let digest = "sha256:" + String(repeating: "0a", count: 32)

@Suite("registries.conf")
struct RegistriesConfigurationTests {
  private let text = """
    unqualified-search-registries = ["docker.io"]
    [aliases]
    "debian" = "docker.io/library/debian"
    [[registry]]
    location = "plain:5000"
    insecure = true
    [[registry]]
    prefix = "old.example/team"
    location = "new.example/archive/team/"
    [[registry]]
    prefix = "old.example"
    blocked = true
    [[registry]]
    prefix = "*.blocked.example"
    blocked = true
    [[registry]]
    location = "docker.io"
    [[registry.mirror]]
    location = "m1:5000/hub"
    insecure = true
    [[registry.mirror]]
    location = "m2"
    pull-from-mirror = "digest-only"
    [[registry.mirror]]
    location = "m3"
    pull-from-mirror = "tag-only"
    """

  private func endpoints(_ reference: String) throws -> [String] {
    try RegistriesConfiguration(parsing: text, file: "f")
      .endpoints(for: try Reference(parsing: reference))
      .map { "\($0.reference)\($0.isInsecure ? " insecure" : "")" }
  }

  @Test(
    "the longest prefix of whole components decides",
    arguments: [
      ("plain:5000/a:t", ["plain:5000/a:t insecure"]),
      ("plain:50001/a:t", ["plain:50001/a:t"]),
      ("old.example/team/x:t", ["new.example/archive/team/x:t"]),
      ("unknown.example/x", ["unknown.example/x"]),
      (
        "debian:12",
        [
          "m1:5000/hub/library/debian:12 insecure", "m3/library/debian:12",
          "docker.io/library/debian:12",
        ]
      ),
      (
        "debian@\(digest)",
        [
          "m1:5000/hub/library/debian@\(digest) insecure", "m2/library/debian@\(digest)",
          "docker.io/library/debian@\(digest)",
        ]
      ),
    ])
  func endpoints(reference: String, expected: [String]) throws {
    #expect(try endpoints(reference) == expected)
  }

  @Test(
    "a blocked registry is an error that names the file",
    arguments: [
      "old.example/teamwork/x", "old.example/x", "a.blocked.example/x", "a.b.blocked.example/x",
      "OLD.Example/x", "A.Blocked.Example/x", "a.blocked.example:443/x", "old.example:443/x",
    ])
  func blocked(reference: String) throws {
    #expect(throws: RegistryError.self) { try endpoints(reference) }
    #expect(try endpoints("blocked.example/x") == ["blocked.example/x"])
  }

  @Test("a file may write hosts in any case, too")
  func cases() throws {
    let configuration = try RegistriesConfiguration(
      parsing: "[[registry]]\nprefix = \"Old.Example\"\nlocation = \"New.Example/a\"", file: "f")
    let endpoints = try configuration.endpoints(for: try Reference(parsing: "old.example/x:1"))
    #expect(endpoints.map(\.reference.description) == ["new.example/a/x:1"])
  }

  @Test("what follows a wildcard's host keeps its port at a mirror")
  func wildcardPort() throws {
    let configuration = try RegistriesConfiguration(
      parsing: "[[registry]]\nprefix = \"*.example\"\n[[registry.mirror]]\nlocation = \"m\"",
      file: "f")
    let endpoints = try configuration.endpoints(for: try Reference(parsing: "a.example:5000/x:1"))
    #expect(endpoints.map(\.reference.host) == ["m:5000", "a.example:5000"])
    let bare = try configuration.endpoints(for: try Reference(parsing: "a.example/x:1"))
    #expect(bare.map(\.reference.host) == ["m", "a.example"])
  }

  @Test(
    "a value of another type than it must be is an error that names its key",
    arguments: [
      ("[[registry]]\nlocation = \"a\"\nblocked = \"true\"", "blocked"),
      ("[[registry]]\nlocation = \"a\"\ninsecure = 1", "insecure"),
      ("[[registry]]\nlocation = \"a\"\nmirror-by-digest-only = \"x\"", "mirror-by-digest-only"),
      ("[[registry]]\nlocation = 1", "location"), ("[[registry]]\nprefix = [\"a\"]", "prefix"),
      ("[registry]\nlocation = \"a\"\nblocked = true", "registry"),
      ("registry = \"x\"", "registry"), ("registry = [\"x\"]", "registry"),
      ("aliases = [\"x\"]", "aliases"), ("aliases = \"x\"", "aliases"),
      ("[[registry]]\nlocation = \"a\"\nmirror = \"x\"", "mirror"),
      (
        "[[registry]]\nlocation = \"a\"\n[[registry.mirror]]\nlocation = \"b\"\ninsecure = \"x\"",
        "insecure"
      ),
    ])
  func wrongType(text: String, key: String) {
    let error = #expect(throws: RegistryError.self) {
      try RegistriesConfiguration(parsing: text, file: "f")
    }
    #expect(error?.failure.code == .configuration)
    #expect(error?.failure.sentence.hasPrefix("f ") == true)
    #expect(error?.failure.cause?.contains("'\(key)'") == true)
  }

  @Test("keys that are not known are ignored")
  func unknownKeys() throws {
    let configuration = try RegistriesConfiguration(
      parsing: "more = 1\n[[registry]]\nlocation = \"a.example\"\nnovel = \"x\"", file: "f")
    #expect(configuration.entries.count == 1)
  }

  @Test("an empty XDG_CONFIG_HOME is none, and drop-in files that cannot be listed are an error")
  func files() throws {
    let made = try ChildProcess(running: "mktemp", ["-d", "/tmp/firn-registries.XXXXXX"])
    let home = FilePath(made.output.filter { !$0.isNewline })
    defer { _ = try? ChildProcess(running: "rm", ["-rf", home.string]) }
    let directory = home.appending(".config/containers")
    _ = try ChildProcess(running: "mkdir", ["-p", directory.string])
    func write(_ name: String) throws {
      try OwnedDescriptor(opening: directory.appending(name), [.writeOnly, .create])
        .writeAll(Array("[[registry]]\nlocation = \"a.example\"\nblocked = true\n".utf8).span.bytes)
    }
    try write("registries.conf")
    var options = RegistryOptions(environment: ["HOME": home.string, "XDG_CONFIG_HOME": ""])
    options.systemDirectory = "/nonexistent"
    #expect(try RegistriesConfiguration.load(options).entries.map(\.prefix) == ["a.example"])
    try write("registries.conf.d")
    #expect(throws: RegistryError.self) { try RegistriesConfiguration.load(options) }
    options.environment = ["HOME": "/dev/null"]
    #expect(try RegistriesConfiguration.load(options).entries.isEmpty)
  }

  @Test("short names stand for what [aliases] says")
  func aliases() throws {
    let configuration = try RegistriesConfiguration(parsing: text, file: "f")
    #expect(configuration.alias(of: "debian") == "docker.io/library/debian")
    #expect(configuration.alias(of: "x") == nil)
  }

  @Test(
    "a short name keeps its tag and digest, and one without an alias stands for nothing",
    arguments: [
      ("debian", "docker.io/library/debian"), ("debian:12", "docker.io/library/debian:12"),
      ("debian@\(digest)", "docker.io/library/debian@\(digest)"),
      ("debian:12@\(digest)", "docker.io/library/debian:12@\(digest)"), ("debia", nil),
      ("debian/x", nil), ("x/debian", nil), ("", nil),
    ] as [(String, String?)])
  func shortNames(text: String, reference: String?) throws {
    let names = ShortNames(try RegistriesConfiguration(parsing: self.text, file: "f"))
    #expect(try names.reference(for: text)?.description == reference)
  }

  @Test("a short name with a broken tag or digest is an error")
  func brokenShortName() throws {
    let names = ShortNames(try RegistriesConfiguration(parsing: text, file: "f"))
    for name in ["debian:", "debian:-", "debian@sha256:0"] {
      #expect(throws: RegistryError.self) { try names.reference(for: name) }
    }
  }

  @Test("a drop-in file adds aliases, changes them, and takes them back with an empty one")
  func mergedAliases() throws {
    var configuration = try RegistriesConfiguration(parsing: text, file: "f")
    configuration.merge(
      try RegistriesConfiguration(
        parsing: "[aliases]\n\"debian\" = \"\"\n\"a/b\" = \"reg.example/b\"", file: "g"))
    #expect(configuration.alias(of: "debian") == nil)
    #expect(configuration.alias(of: "a/b") == "reg.example/b")
  }

  @Test("the longest prefix decides wherever it stands in the file")
  func order() throws {
    let tables = [
      "[[registry]]\nlocation = \"reg.example\"\n",
      "[[registry]]\nprefix = \"reg.example/a\"\nlocation = \"other.example\"\n",
    ]
    for text in [tables, tables.reversed()].map({ $0.joined() }) {
      let configuration = try RegistriesConfiguration(parsing: text, file: "f")
      let endpoints = try configuration.endpoints(for: try Reference(parsing: "reg.example/a/b:1"))
      #expect(endpoints.map(\.reference.host) == ["other.example"])
    }
  }

  @Test("a later file replaces entries of the same prefix only")
  func merge() throws {
    var configuration = try RegistriesConfiguration(parsing: text, file: "f")
    configuration.merge(
      try RegistriesConfiguration(
        parsing: "[[registry]]\nprefix = \"old.example\"\nlocation = \"l\"", file: "g"))
    let moved = try configuration.endpoints(for: Reference(parsing: "old.example/x:1"))
    #expect(moved.map(\.reference.description) == ["l/x:1"])
    let other = try configuration.endpoints(for: Reference(parsing: "old.example/team/x:1"))
    #expect(other.map(\.reference.host) == ["new.example"])
  }

  @Test(
    "a broken file is a configuration error",
    arguments: [
      "[", "[registries.search]\nregistries = []", "[[registry]]\nblocked = true",
      "[[registry]]\nlocation = \"a\"\n[[registry.mirror]]\ninsecure = true",
      "[[registry]]\nlocation = \"a\"\n[[registry.mirror]]\nlocation = \"b\"\npull-from-mirror = \"x\"",
      "[[registry]]\nprefix = \"*.a\"\nlocation = \"b\"",
      "[aliases]\nx = 1", "[aliases]\nx = \"y\"", "[aliases]\nx = \"reg.example/y:1\"",
    ])
  func broken(text: String) {
    #expect(throws: RegistryError.self) { try RegistriesConfiguration(parsing: text, file: "f") }
  }

  @Test("a file that was named must be there and be a file", arguments: ["/nonexistent", "/etc"])
  func named(file: String) {
    let error = #expect(throws: RegistryError.self) {
      try RegistriesConfiguration.load(
        RegistryOptions(environment: ["CONTAINERS_REGISTRIES_CONF": file]))
    }
    #expect(error?.failure.code == .configuration)
    #expect(error?.failure.sentence == "\(file) cannot be used")
  }
}
