import OCI
import Testing

@testable import Registry

@Suite("auth.json")
struct AuthFileTests {
  private func entries(_ text: String, _ host: String, _ path: String) throws -> [AuthFile.Entry] {
    try AuthFile(parsing: Array(text.utf8)).entries(for: host, path: path)
  }

  private func auth(_ user: String) -> String {
    #"{"auth":"\#(Base64.encode(Array("\(user):secret".utf8)))"}"#
  }

  @Test("the longest prefix of whole components wins")
  func prefixes() throws {
    let text =
      #"{"auths":{"reg:5000":\#(auth("host")),"reg:5000/a":\#(auth("a")),"reg:5000/a/b":"#
      + #"\#(auth("ab")),"reg":\#(auth("other"))}}"#
    let expected = [("a/b", "ab"), ("a/b/c", "ab"), ("a/bc", "a"), ("x", "host"), ("ax", "host")]
    for (path, user) in expected {
      #expect(
        try entries(text, "reg:5000", path)
          == [.stored(.password(user: user, password: "secret"))], "\(path)")
    }
    #expect(try entries(text, "nowhere", "a").isEmpty)
  }

  @Test(
    "Docker Hub is found under all its names",
    arguments: [
      "docker.io", "index.docker.io", "https://index.docker.io/v1/", "registry-1.docker.io",
      "https://index.docker.io/v2/",
    ])
  func dockerHub(key: String) throws {
    let text = #"{"auths":{"\#(key)":\#(auth("u"))}}"#
    #expect(try entries(text, "docker.io", "library/x").count == 1)
  }

  @Test("of several names of one registry the plain one counts")
  func severalNames() throws {
    for old in ["https://reg/v1/", "http://reg", "https://reg/"] {
      let text = #"{"auths":{"\#(old)":\#(auth("old")),"reg":\#(auth("new"))}}"#
      let expected = AuthFile.Entry.stored(.password(user: "new", password: "secret"))
      #expect(try entries(text, "reg", "a") == [expected])
    }
  }

  @Test("hosts are found in whatever case they were written")
  func hostCase() throws {
    let text = #"{"auths":{"Reg.Example:5000/a":\#(auth("u"))}}"#
    #expect(try entries(text, "reg.example:5000", "a/b").count == 1)
  }

  @Test("a file that is no object of objects is refused", arguments: ["[]", #"{"auths":[]}"#, "1"])
  func wrongKind(text: String) {
    #expect(throws: OCIError.self) { try AuthFile(parsing: Array(text.utf8)) }
  }

  @Test("helpers come first, the store last")
  func order() throws {
    let text =
      #"{"credsStore":"desk","credHelpers":{"reg":"ecr"},"auths":{"reg":\#(auth("u")),"x":{}}}"#
    #expect(
      try entries(text, "reg", "a") == [
        .helper("ecr", server: "reg"), .stored(.password(user: "u", password: "secret")),
        .helper("desk", server: "reg"),
      ])
    #expect(try entries(text, "x", "a") == [.helper("desk", server: "x")])
    #expect(
      try entries(text, "docker.io", "library/a") == [
        .helper("desk", server: "https://index.docker.io/v1/")
      ])
  }

  @Test("identity tokens and bare user names are read")
  func otherForms() throws {
    let text =
      #"{"auths":{"a":{"auth":"eDo=","identitytoken":"t"},"b":{"username":"u","password":"p"}}}"#
    #expect(try entries(text, "a", "x") == [.stored(.identityToken("t"))])
    #expect(try entries(text, "b", "x") == [.stored(.password(user: "u", password: "p"))])
  }

  @Test("a broken entry is an error that does not quote it")
  func broken() throws {
    do {
      _ = try entries(#"{"auths":{"a":{"auth":"c2VjcmV0"}}}"#, "a", "x")
      Issue.record("accepted")
    } catch {
      #expect(!"\(error)".contains("secret") && !"\(error)".contains("c2VjcmV0"))
    }
    #expect(throws: OCIError.self) { try AuthFile(parsing: Array("{".utf8)) }
  }
}
