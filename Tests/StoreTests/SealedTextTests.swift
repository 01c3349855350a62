import FoundationEssentials
import Testing

@testable import Store

@Suite("Sealed JSON")
struct SealedTextTests {
  private struct Value: Codable, Equatable {
    var name: String
    var count: Int
  }

  @Test("gives the value back, and is ordinary JSON")
  func roundTrip() throws {
    let value = Value(name: "a/b", count: 3)
    let text = try SealedText.encode(value)
    #expect(try SealedText.decode(Value.self, from: text) == value)
    #expect(try JSONDecoder().decode(Value.self, from: Data(text)) == value)
    #expect(String(decoding: text, as: UTF8.self).hasPrefix(#"{"count":3,"name":"a/b","sha256":""#))
  }

  @Test("covers every bit of every byte")
  func bitFlips() throws {
    let text = try SealedText.encode(Value(name: "x", count: 3))
    for index in text.indices {
      for bit in 0..<8 {
        var wrong = text
        wrong[index] ^= 1 << bit
        #expect(throws: FormatError.self) { try SealedText.decode(Value.self, from: wrong) }
      }
    }
  }

  @Test("is refused wherever it is cut off, and with more behind it")
  func length() throws {
    let text = try SealedText.encode(Value(name: "x", count: 3))
    for count in text.indices {
      #expect(throws: FormatError.self) {
        try SealedText.decode(Value.self, from: Array(text.prefix(count)))
      }
    }
    #expect(throws: FormatError.self) { try SealedText.decode(Value.self, from: text + [10]) }
  }

  @Test("ignores members it does not know")
  func unknownMembers() throws {
    struct More: Encodable {
      var name = "x"
      var count = 1
      var later = [1, 2]
    }
    let text = try SealedText.encode(More())
    #expect(try SealedText.decode(Value.self, from: text) == Value(name: "x", count: 1))
  }
}
