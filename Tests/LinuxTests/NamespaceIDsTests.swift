import Linux
import Testing

@Suite("Ids of a user namespace")
struct NamespaceIDsTests {
  @Test("are the host's where everything is mapped to itself")
  func host() {
    let ids = NamespaceIDs(parsing: "         0          0 4294967295\n")
    #expect(ids.areTheHosts)
    for id: UInt32 in [0, 1, 1000, .max - 1] { #expect(ids.host(id) == id) }
  }

  @Test("of rootless Podman are the user and the subordinate ids")
  func rootless() {
    let ids = NamespaceIDs(
      parsing: "         0       1000          1\n         1     100000      65536\n")
    #expect(!ids.areTheHosts)
    #expect(ids.host(0) == 1000)
    #expect(ids.host(1) == 100_000)
    #expect(ids.host(65_536) == 165_535)
    #expect(ids.host(65_537) == .max, "nobody")
  }

  @Test("that are not known are taken as they are; borders do not overflow")
  func strange() {
    for text in ["", "nonsense\n", "1 2\n", "a b c\n", "0 0 4294967296\n"] {
      let ids = NamespaceIDs(parsing: text)
      #expect(!ids.areTheHosts)
      #expect(ids.host(77) == 77)
    }
    let ids = NamespaceIDs(parsing: "4294967290 4294967295 10\n")
    #expect(ids.host(.max) == 4)
  }

  @Test("of this process map the user that it is")
  func current() {
    #expect(NamespaceIDs.current().host(effectiveUser()) != .max)
  }
}
