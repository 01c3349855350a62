import Failures
import Linux
import Logging
import OCI
import Registry
import SystemPackage
import Testing

@testable import Transports

private let id = String(repeating: "0b", count: 32)
private let digest = "sha256:" + String(repeating: "0a", count: 32)

@Suite("policy.json")
struct SignaturePolicyTests {
  private static let accept = #"[{"type":"insecureAcceptAnything"}]"#
  private static let reject = #"[{"type":"reject"}]"#
  private static let signed =
    #"[{"type":"signedBy","keyType":"GPGKeys","keyPath":"/k","signedIdentity":{"type":"x"}}]"#

  /// A policy whose general rule is to accept, with these scopes.
  private func policy(
    _ transports: String, general: String = accept
  ) throws -> SignaturePolicy {
    let text = #"{"default":\#(general),"transports":{\#(transports)}}"#
    return try SignaturePolicy(parsing: Array(text.utf8), file: "policy.json")
  }

  private func isAllowed(_ name: String, by policy: SignaturePolicy) throws -> Bool {
    let source = try SourceName(parsing: name)
    return try isAllowed(try #require(PolicyIdentity(source)), name, by: policy)
  }

  private func isAllowed(
    _ identity: PolicyIdentity, _ name: String, by policy: SignaturePolicy
  ) throws -> Bool {
    do {
      try policy.require(identity, name: try SourceName(parsing: name))
    } catch TransportError.refused {
      return false
    }
    return true
  }

  @Test("scopes of a reference lead from the image to the domains above its host")
  func scopes() throws {
    #expect(
      PolicyIdentity.scopes(of: try Reference(parsing: "a.reg.example:5000/x/y:1@\(digest)")) == [
        "a.reg.example:5000/x/y@\(digest)", "a.reg.example:5000/x/y:1", "a.reg.example:5000/x/y",
        "a.reg.example:5000/x", "a.reg.example:5000", "*.reg.example", "*.example",
      ])
    #expect(
      PolicyIdentity.scopes(of: try Reference(parsing: "debian")) == [
        "docker.io/library/debian:latest", "docker.io/library/debian", "docker.io/library",
        "docker.io", "*.io",
      ])
    #expect(
      PolicyIdentity.scopes(ofPath: "/a/b", image: "x") == ["/a/b:x", "/a/b", "/a"])
  }

  @Test(
    "the most specific scope decides alone",
    arguments: [
      ("docker://reg.example/x/y:1", false), ("docker://reg.example/x/y:2", true),
      ("docker://reg.example/x/z:1", false), ("docker://reg.example/xx/y", true),
      ("docker://a.bad.example/x", false), ("docker://bad.example/x", true),
      ("docker://other.example/x", true), ("docker://reg.example/x/y@\(digest)", true),
    ])
  func longestPrefix(name: String, isAllowed: Bool) throws {
    let policy = try policy(
      """
      "docker":{"reg.example/x/y:1":\(Self.reject),"reg.example/x/y":\(Self.accept),
      "reg.example/x":\(Self.reject),"reg.example":\(Self.accept),"*.bad.example":\(Self.reject)}
      """)
    #expect(try self.isAllowed(name, by: policy) == isAllowed)
  }

  @Test(
    "an image in a storage is known by storage and name, repository or id",
    arguments: [
      "[overlay@/s]localhost/a/b:1", "[overlay@/s]localhost/a/b:1@\(id)", "[overlay@/s]@\(id)",
      "[overlay@/s]localhost/a/b", "[overlay@/s]localhost/a", "[overlay@/s]localhost",
      "[overlay@/s]", "[/s]", "",
    ])
  func storage(scope: String) throws {
    let policy = try policy(#""containers-storage":{"\#(scope)":\#(Self.reject)}"#)
    let identity = PolicyIdentity(
      driver: "overlay", root: "/s", reference: try Reference(parsing: "localhost/a/b:1"),
      id: id)
    let other = PolicyIdentity(
      driver: "vfs", root: "/t", reference: try Reference(parsing: "localhost/ab:1"), id: "0c")
    let name = "containers-storage:localhost/a/b:1"
    #expect(try !isAllowed(identity, name, by: policy))
    #expect(try isAllowed(other, name, by: policy) == !scope.isEmpty)
  }

  @Test("an image that was asked for by a digest has the scope of that digest")
  func storageDigest() throws {
    let name = try Reference(parsing: "localhost/a@\(digest)")
    let image = StorageRecord.Image(
      id: id, names: ["localhost/a:1", "localhost/b:1"], layer: nil, documents: [:])
    let choice = StorageName.Choice.digest(
      try #require(name.digest), repositories: ["localhost/a"])
    #expect(
      choice.references(of: image).map(\.description) == [
        "localhost/a@\(digest)", "localhost/a:1", "localhost/b:1",
      ])
    let scopes = PolicyIdentity(driver: "vfs", root: "/s", reference: name, id: id).scopes
    #expect(scopes.contains("[vfs@/s]localhost/a@\(digest)"))
    #expect(!scopes.contains("[vfs@/s]localhost/a:latest"))
    #expect(
      PolicyIdentity(driver: "vfs", root: "/s", reference: nil, id: id).scopes == [
        "[vfs@/s]@\(id)", "[vfs@/s]", "[/s]",
      ])
  }

  @Test(
    "a storage is what its path leads to, and each name of an image must be allowed by itself",
    arguments: [
      "[overlay@REAL]", "[REAL]", "[overlay@REAL/../link]", "[overlay@REAL]evil.example",
      "[overlay@REAL]localhost/good:1", "[overlay@REAL]evil.example/bad:1@\(id)",
    ])
  func storageNames(scope: String) throws {
    let directory = try TemporaryDirectory()
    try shell(
      """
      cd '\(directory.path)'; mkdir -p real/overlay-images real/overlay-layers; ln -s real link
      echo '[{"id":"\(id)","names":["localhost/good:1","evil.example/bad:1"]}]' \
        >real/overlay-images/images.json
      echo '[]' >real/overlay-layers/layers.json
      """)
    let real = try Mounts.resolve(directory.file("real")).string
    let root = scope.contains("link") ? "\(real)/../link" : "\(directory.path)/link"
    let policy = """
      {"default":\(Self.accept),"transports":{"containers-storage":{
      "\(scope.replacing("REAL", with: real))":\(Self.reject)}}}
      """
    try OwnedDescriptor(opening: directory.file("policy.json"), [.writeOnly, .create])
      .writeAll(Array(policy.utf8).span.bytes)
    var options = RegistryOptions()
    options.policyFile = directory.file("policy.json")
    let name = try SourceName(parsing: "containers-storage:[\(root)]localhost/good:1")
    let error = #expect(throws: TransportError.self) {
      try name.open(options: options, logger: Logger(label: "test"))
    }
    guard case .refused = error else {
      Issue.record("\(scope): \(String(describing: error))")
      return
    }
    options.policyFile = nil
    options.systemDirectory = "/nonexistent"
    _ = try name.open(options: options, logger: Logger(label: "test"))
  }

  @Test("a host is the same in any case, in names and in scopes")
  func cases() throws {
    let policy = try policy(#""docker":{"Reg.Example/x":\#(Self.reject)}"#)
    #expect(try !isAllowed("docker://reg.example/x", by: policy))
    #expect(try !isAllowed("docker://REG.example/x:1", by: policy))
  }

  @Test("a transport has its own default, and everything has one")
  func defaults() throws {
    let policy = try policy(
      #""docker":{"":\#(Self.accept)},"oci":{"":\#(Self.reject)}"#, general: Self.reject)
    #expect(try isAllowed("docker://reg.example/x", by: policy))
    #expect(try !isAllowed("oci:/x", by: policy))
    #expect(try !isAllowed("docker-archive:/x", by: policy))
    let open = try self.policy("")
    for name in ["docker://debian", "oci:/x", "oci-archive:/x:a", "docker-archive:/x"] {
      #expect(try isAllowed(name, by: open))
    }
  }

  @Test("scopes of directories are those the path really leads to")
  func paths() throws {
    let directory = try TemporaryDirectory()
    let real = directory.file("real")
    try Paths.makeDirectory(real)
    try Paths.symbolicLink(directory.file("link"), pointingTo: "real")
    let policy = try policy(#""oci":{"\#(real)":\#(Self.reject)}"#)
    #expect(try !isAllowed("oci:\(real)", by: policy))
    #expect(try !isAllowed("oci:\(real)/image:tag", by: policy))
    #expect(try !isAllowed("oci:\(directory.file("link"))", by: policy))
    #expect(try !isAllowed("oci:\(directory.path)/x/../real", by: policy))
    #expect(try isAllowed("oci:\(directory.path)/realm", by: policy))
  }

  @Test(
    "signatures, which Firn cannot check, are never taken for granted",
    arguments: [
      signed, #"[{"type":"sigstoreSigned","keyPath":"/k"}]"#,
      #"[{"type":"signedBaseLayer","baseLayerIdentity":{"type":"x"}}]"#,
      #"[{"type":"insecureAcceptAnything"},{"type":"sigstoreSigned","fulcio":{}}]"#,
    ])
  func signatures(requirements: String) throws {
    let policy = try policy(#""docker":{"reg.example":\#(requirements)}"#)
    let error = #expect(throws: TransportError.self) {
      let name = try SourceName(parsing: "reg.example/x")
      try policy.require(try #require(PolicyIdentity(name)), name: name)
    }
    #expect(error?.failure.code == .configuration)
    #expect(error?.failure.sentence.contains("policy.json") == true)
    #expect(error?.failure.cause?.contains("sign") == true)
    #expect(try isAllowed("docker://other.example/x", by: policy))
  }

  @Test(
    "a file that cannot be understood as a whole allows nothing",
    arguments: [
      "", "[]", "{}", #"{"default":[]}"#, #"{"default":{}}"#, #"{"default":[{}]}"#,
      #"{"default":[{"type":"trustMe"}]}"#, #"{"default":[{"type":"reject","x":1}]}"#,
      #"{"default":[{"type":"reject"}],"more":1}"#,
      #"{"default":[{"type":"reject"}],"transports":[]}"#,
      #"{"default":[{"type":"reject"}],"transports":{"docker":[]}}"#,
      #"{"default":[{"type":"reject"}],"transports":{"docker":{"a":[]}}}"#,
      #"{"default":[{"type":"reject"}],"default":[{"type":"insecureAcceptAnything"}]}"#,
    ])
  func broken(text: String) {
    let error = #expect(throws: TransportError.self) {
      try SignaturePolicy(parsing: Array(text.utf8), file: "policy.json")
    }
    #expect(error?.failure.code == .configuration)
    #expect(error?.failure.cause?.contains("Ask whoever") == false)
  }

  @Test("the user's file comes before the machine's, and opening a source asks it")
  func files() throws {
    let directory = try TemporaryDirectory()
    try shell(
      """
      cd '\(directory.path)'; mkdir -p home/.config/containers containers
      echo '{"default":\(Self.reject)}' >containers/policy.json
      """)
    var options = RegistryOptions(environment: ["HOME": directory.file("home").string])
    options.systemDirectory = directory.path
    let logger = Logger(label: "test")
    let name = try SourceName(parsing: "docker://reg.example/x")
    let error = #expect(throws: TransportError.self) {
      try name.open(options: options, logger: logger)
    }
    #expect(error?.description.contains("\(directory.path)/containers/policy.json") == true)
    try shell(
      """
      cd '\(directory.path)'
      echo '{"default":\(Self.accept)}' >home/.config/containers/policy.json
      """)
    _ = try name.open(options: options, logger: logger)
    options.environment = [:]
    options.systemDirectory = "/nonexistent"
    #expect(try SignaturePolicy.load(options, logger: logger) == nil)
  }

  @Test("a file that was named is the only one, and must be there")
  func named() throws {
    let directory = try TemporaryDirectory()
    try shell(
      """
      cd '\(directory.path)'; mkdir -p home/.config/containers
      echo '{"default":\(Self.accept)}' >home/.config/containers/policy.json
      echo '{"default":\(Self.reject)}' >strict.json
      """)
    var options = RegistryOptions(environment: ["HOME": directory.file("home").string])
    options.systemDirectory = "/nonexistent"
    let logger = Logger(label: "test")
    let name = try SourceName(parsing: "docker://reg.example/x")
    _ = try name.open(options: options, logger: logger)
    options.policyFile = directory.file("strict.json")
    let refused = #expect(throws: TransportError.self) {
      try name.open(options: options, logger: logger)
    }
    #expect(refused?.description.contains("strict.json") == true)
    options.policyFile = directory.file("missing.json")
    let missing = #expect(throws: TransportError.self) {
      try name.open(options: options, logger: logger)
    }
    #expect(missing?.description.contains("missing.json") == true)
    for file in [directory.file("missing.json"), directory.path, directory.file("strict.json/x")] {
      options.policyFile = file
      let unusable = #expect(throws: TransportError.self) {
        try name.open(options: options, logger: logger)
      }
      #expect(unusable?.failure.code == .configuration, "\(file)")
      #expect(unusable?.failure.sentence == "\(file) cannot be used")
    }
  }
}
