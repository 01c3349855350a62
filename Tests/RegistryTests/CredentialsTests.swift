import Testing

@testable import Registry

@Suite("Credentials")
struct CredentialsTests {
  @Test("no way of showing credentials shows a secret")
  func redacted() {
    for credentials in [
      Credentials.password(user: "me", password: "hunter2"), .identityToken("hunter2"),
    ] {
      var dumped = ""
      dump(credentials, to: &dumped)
      var wrapped = ""
      dump(FoundCredentials(credentials: credentials, source: "f"), to: &wrapped)
      for text in [
        "\(credentials)", String(reflecting: credentials), dumped, wrapped, "\([credentials])",
        "\(FoundCredentials(credentials: credentials, source: "f"))",
      ] {
        #expect(!text.contains("hunter2"))
      }
    }
  }

  @Test(
    "the form of --creds is read",
    arguments: [
      ("user:pass", "user", "pass"), ("user", "user", ""), ("user:a:b", "user", "a:b"),
      ("u:", "u", ""),
    ])
  func parses(text: String, user: String, password: String) {
    #expect(Credentials(parsing: text) == .password(user: user, password: password))
  }

  @Test(
    "base 64 is that of RFC 4648",
    arguments: [
      ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
      ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"), ("\u{FF}\u{3FF}", "w7/Pvw=="),
    ])
  func base64(text: String, encoded: String) {
    #expect(Base64.encode(Array(text.utf8)) == encoded)
    #expect(Base64.decode(encoded) == Array(text.utf8))
    #expect(Base64.decode(String(encoded.filter { $0 != "=" })) == Array(text.utf8))
  }

  @Test("what is not base 64 is refused", arguments: ["Z", "Zg!=", "Zm9 v", "Zg-_", "é"])
  func notBase64(text: String) {
    #expect(Base64.decode(text) == nil)
  }
}
