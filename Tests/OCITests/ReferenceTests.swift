import Digests
import OCI
import Testing

private let hex = String(repeating: "0123456789abcdef", count: 4)

@Suite("References")
struct ReferenceTests {
  @Test(
    "defaults are filled in as Docker does",
    arguments: [
      (
        "debian", "docker.io", "library/debian", nil, "registry-1.docker.io",
        "docker.io/library/debian:latest"
      ),
      (
        "debian:12", "docker.io", "library/debian", "12", "registry-1.docker.io",
        "docker.io/library/debian:12"
      ),
      (
        "bitnami/redis", "docker.io", "bitnami/redis", nil, "registry-1.docker.io",
        "docker.io/bitnami/redis:latest"
      ),
      (
        "docker.io/debian", "docker.io", "library/debian", nil, "registry-1.docker.io",
        "docker.io/library/debian:latest"
      ),
      ("index.docker.io/a/b:c", "docker.io", "a/b", "c", "registry-1.docker.io", "docker.io/a/b:c"),
      (
        "quay.io/podman/hello:latest", "quay.io", "podman/hello", "latest", "quay.io",
        "quay.io/podman/hello:latest"
      ),
      ("localhost/x", "localhost", "x", nil, "localhost", "localhost/x:latest"),
      ("localhost:5000/x:y", "localhost:5000", "x", "y", "localhost:5000", "localhost:5000/x:y"),
      ("[::1]:5000/a/b", "[::1]:5000", "a/b", nil, "[::1]:5000", "[::1]:5000/a/b:latest"),
      ("127.0.0.1:80/a", "127.0.0.1:80", "a", nil, "127.0.0.1:80", "127.0.0.1:80/a:latest"),
      (
        "Reg.Example.com/a__b/c-d--e/f.g", "reg.example.com", "a__b/c-d--e/f.g", nil,
        "reg.example.com", "reg.example.com/a__b/c-d--e/f.g:latest"
      ),
      (
        "INDEX.Docker.IO/debian", "docker.io", "library/debian", nil, "registry-1.docker.io",
        "docker.io/library/debian:latest"
      ),
      ("host/x", "docker.io", "host/x", nil, "registry-1.docker.io", "docker.io/host/x:latest"),
    ] as [(String, String, String, String?, String, String)])
  func parses(
    text: String, host: String, path: String, tag: String?, registry: String, imageName: String
  ) throws {
    let reference = try Reference(parsing: text)
    #expect(reference.host == host)
    #expect(reference.path == path)
    #expect(reference.tag == tag)
    #expect(reference.digest == nil)
    #expect(reference.registryHost == registry)
    #expect(reference.imageName == imageName)
    #expect(reference.selector == tag ?? "latest")
    #expect(try Reference(parsing: reference.description) == reference)
  }

  @Test(
    "a host has a part without its port",
    arguments: [
      ("reg.example:5000/a", "reg.example"), ("reg.example/a", "reg.example"),
      ("[::1]:5000/a", "[::1]"), ("[::1]/a", "[::1]"), ("debian", "docker.io"),
    ])
  func hostWithoutPort(text: String, host: String) throws {
    #expect(try Reference(parsing: text).hostWithoutPort == host)
  }

  @Test("a name with a tag leaves the digest out")
  func taggedName() throws {
    #expect(try Reference(parsing: "q.io/a:c@sha256:\(hex)").taggedName == "q.io/a:c")
    #expect(try Reference(parsing: "q.io/a").taggedName == "q.io/a:latest")
  }

  @Test("with tag and digest the digest decides and the tag is a name")
  func tagAndDigest() throws {
    let reference = try Reference(parsing: "quay.io/a/b:c@sha256:\(hex)")
    #expect(reference.selector == "sha256:\(hex)")
    #expect(reference.imageName == "quay.io/a/b:c")
    #expect(reference.description == "quay.io/a/b:c@sha256:\(hex)")
    let bare = try Reference(parsing: "quay.io/a/b@sha256:\(hex)")
    #expect(bare.imageName == "quay.io/a/b@sha256:\(hex)")
    #expect(bare.tag == nil)
    let long = try Reference(parsing: "quay.io/a/b@sha512:\(hex)\(hex)")
    #expect(long.digest?.algorithm == .sha512)
  }

  @Test(
    "what is no reference is refused",
    arguments: [
      "", "/", ":", "@", "a:", "a@", ":tag", "Debian", "a//b", "/a", "a/", "quay.io/", "quay.io/A",
      "quay.io/a:b:c", "quay.io/a:-x", "quay.io/a:.x",
      "quay.io/a:\(String(repeating: "t", count: 129))",
      "quay.io/a@sha256:abc", "quay.io/a@md5:\(hex)", "quay.io/a@sha256:\(hex.uppercased())",
      "quay.io/a__-b", "quay.io/a___b", "quay.io/a..b", "quay.io/-a", "quay.io/a-", "quay.io/a_.b",
      "quay.io:99999/a", "quay.io:0/a", "quay.io:x/a", "-quay.io/a", "quay..io/a", "quay.io/a b",
      "quay.io/a\n", "user@quay.io/a", "quay.io/../a", "quay.io/a?x", "quay.io/a#x", "quay.io/ä",
      "quay.io/\(String(repeating: "a", count: 256))", "[::1/a", "[]:5/a", "[zz]/a",
      "https://quay.io/a",
    ])
  func refuses(text: String) {
    #expect(throws: OCIError.self) { try Reference(parsing: text) }
  }

  @Test(
    "only a first component with a dot or colon, or localhost, names a host",
    arguments: [
      ("quay.io/a", true), ("localhost/a", true), ("h:5/a", true), ("a/b", false), ("a", false),
      ("debian:12", false), ("a/b.c/d", false), ("localhost", false),
    ])
  func namesHost(text: String, expected: Bool) {
    #expect(Reference.namesHost(text) == expected)
  }

  @Test("a moved reference keeps tag and digest")
  func moved() throws {
    let reference = try Reference(parsing: "quay.io/a/b:c@sha256:\(hex)")
    let moved = try reference.moved(toHost: "mirror:5000", path: "q/a/b")
    #expect(moved.description == "mirror:5000/q/a/b:c@sha256:\(hex)")
    #expect(throws: OCIError.self) { try reference.moved(toHost: "mirror", path: "Q") }
    #expect(throws: OCIError.self) { try reference.moved(toHost: "mir ror", path: "q") }
  }
}
