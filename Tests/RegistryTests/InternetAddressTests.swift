import Testing

@testable import Registry

@Suite("Internet addresses")
struct InternetAddressTests {
  @Test(
    "both versions are read, in brackets or not",
    arguments: [
      ("192.0.2.1", [192, 0, 2, 1]), ("[::1]", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]),
      ("2001:db8::ff:1", [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0, 1]),
      ("::", [UInt8](repeating: 0, count: 16)), ("::ffff:192.0.2.1", [192, 0, 2, 1]),
      ("1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]),
    ] as [(String, [UInt8])])
  func reads(text: String, bytes: [UInt8]) {
    #expect(InternetAddress(parsing: text)?.bytes == bytes)
  }

  @Test(
    "what is no address is not taken for one",
    arguments: [
      "", "1.2.3", "1.2.3.4.5", "256.0.0.1", "a.b.c.d", "+1.2.3.4", "1:2:3:4:5:6:7", ":::",
      "1::2::3", "1:2:3:4:5:6:7:8:9", "12345::", "::g", "1.2.3.4:5", "[1::2", "host.example",
      "1:2:3:4:5:6:7::8", "::+1",
    ])
  func noAddress(text: String) {
    #expect(InternetAddress(parsing: text) == nil)
  }

  @Test(
    "a network has the addresses whose first bits are its own",
    arguments: [
      ("10.0.0.0/8", "10.255.1.2", true), ("10.0.0.0/8", "11.0.0.1", false),
      ("192.168.64.0/18", "192.168.127.9", true), ("192.168.64.0/18", "192.168.128.1", false),
      ("0.0.0.0/0", "8.8.8.8", true), ("0.0.0.0/0", "::1", false),
      ("1.2.3.4/32", "1.2.3.4", true), ("1.2.3.4/32", "1.2.3.5", false),
      ("2001:db8::/33", "2001:db8:7fff::1", true), ("2001:db8::/33", "2001:db8:8000::1", false),
      ("10.0.0.0/8", "::ffff:10.1.1.1", true),
    ])
  func networks(network: String, address: String, isInside: Bool) throws {
    let network = try #require(InternetNetwork(parsing: network))
    #expect(network.contains(try #require(InternetAddress(parsing: address))) == isInside)
  }

  @Test(
    "a network has an address and no more bits than it",
    arguments: ["10.0.0.0", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/-1", "x/8", "/8"])
  func noNetwork(text: String) {
    #expect(InternetNetwork(parsing: text) == nil)
  }
}
