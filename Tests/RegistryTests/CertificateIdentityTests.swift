import Testing

@testable import Registry

@Suite("Whom a certificate is for")
struct CertificateIdentityTests {
  @Test(
    "a name is one of its DNS names, with a wildcard for the leftmost label only",
    arguments: [
      ("reg.example", "reg.example", true), ("Reg.Example", "rEG.example.", true),
      ("reg.example.", "reg.example", true), ("reg.example", "*.example", true),
      ("a.reg.example", "*.reg.example", true), ("a.b.reg.example", "*.reg.example", false),
      ("reg.example", "*.reg.example", false), ("reg.example", "r*.example", false),
      ("a.reg.example", "a.*.example", false), ("reg.example", "*", false),
      ("localhost", "*", false), ("localhost", "localhost", true), ("reg.example", "", false),
      ("", "", false), (".example", "*.example", false), ("reg.example", "other.example", false),
      ("reg.example", "reg.example.evil", false),
    ])
  func names(host: String, pattern: String, matches: Bool) {
    #expect(CertificateIdentity.matches(host, pattern: pattern) == matches)
    #expect(CertificateIdentity.covers(host, names: [pattern], addresses: []) == matches)
  }

  @Test("an address is one of its addresses, and a name never is")
  func addresses() {
    let addresses: [[UInt8]] = [[127, 0, 0, 1], Array(repeating: 0, count: 15) + [1], [1, 2]]
    func covers(_ host: String, _ names: [String] = []) -> Bool {
      CertificateIdentity.covers(host, names: names, addresses: addresses)
    }
    #expect(covers("127.0.0.1") && covers("[::1]") && covers("::1"))
    #expect(!covers("127.0.0.2") && !covers("[::2]"))
    #expect(!covers("localhost") && !covers("reg.example"))
    #expect(!covers("10.0.0.1", ["10.0.0.1", "*.0.0.1"]))
    #expect(covers("localhost", ["localhost"]))
  }
}
