import Digests
import FoundationEssentials
import Testing

@Suite("Digest as JSON")
struct DigestCodingTests {
  private static let text = "sha256:" + String(repeating: "0f", count: 32)

  @Test("a digest is one string")
  func roundTrip() throws {
    let digest = try Digest(validating: Self.text)
    let json = try JSONEncoder().encode([digest])
    #expect(String(decoding: json, as: UTF8.self) == "[\"\(Self.text)\"]")
    #expect(try JSONDecoder().decode([Digest].self, from: json) == [digest])
  }

  @Test(
    "anything else does not decode",
    arguments: ["[\"\"]", "[\"sha256:00\"]", "[null]", "[5]", "[{}]", "[\"md5:00\"]"])
  func refusal(json: String) {
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode([Digest].self, from: Data(json.utf8))
    }
  }
}
