import Testing

@testable import OCI

@Suite("JSON values")
struct JSONValueTests {
  @Test(
    "what is read is written in canonical form",
    arguments: [
      (
        #" {"b" : [1, 2.50, -0, 1e400, 12345678901234567890123], "a":null} "#,
        #"{"a":null,"b":[1,2.50,-0,1e400,12345678901234567890123]}"#
      ),
      (#""\u0041\/\n\u00e9\ud83d\ude00\u0000""#, #""A/\né😀\u0000""#),
      (#"{"Z":1,"a":2,"é":3,"Ａ":4}"#, #"{"Z":1,"a":2,"é":3,"Ａ":4}"#),
      ("[]", "[]"), ("{}", "{}"), ("true", "true"), ("false", "false"), ("\t\r\n0 ", "0"),
      (#""\"\\\b\f\t""#, #""\"\\\u0008\u000c\t""#),
    ])
  func canonical(text: String, written: String) throws {
    let value = try JSONValue(parsing: text)
    #expect(value.description == written)
    #expect(try JSONValue(parsing: value.bytes) == value)
    #expect(try JSONValue(parsing: value.indentedBytes) == value)
  }

  @Test(
    "a lone surrogate is read as the replacement character",
    arguments: [
      #""\ud800""#, #""\udc00""#, #""\ud800x""#, #""\ud800\u0041""#,
    ])
  func loneSurrogate(text: String) throws {
    let string = try #require(try JSONValue(parsing: text).string)
    #expect(string.unicodeScalars.first == "\u{FFFD}")
    #expect(string.unicodeScalars.count == (text.count > 8 ? 2 : 1))
  }

  @Test(
    "text that is not JSON is refused",
    arguments: [
      "", " ", "{", "[", "\"", "\"\\", "\"\\u12", "\"\\u12g4\"", "nul", "truefalse", "1 2", "[1,]",
      "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "01", "1.", ".5", "-", "1e", "1e+", "+1", "NaN",
      "'a'", "\"\n\"", "[1", "{\"a\":1", "\"\\x\"", "// c\n1", "\u{FEFF}1", "[1}", "{\"a\":1]",
    ])
  func malformed(text: String) {
    #expect(throws: OCIError.self) { try JSONValue(parsing: text) }
  }

  @Test("a name that occurs twice in an object is refused")
  func duplicateName() {
    #expect(throws: OCIError.self) { try JSONValue(parsing: #"{"a":1,"b":2,"a":1}"#) }
    #expect(throws: OCIError.self) { try JSONValue(parsing: #"{"layers":1,"l\u0061yers":1}"#) }
  }

  @Test("bytes that are not UTF-8 are refused")
  func invalidEncoding() {
    #expect(throws: OCIError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    #expect(throws: OCIError.self) { try JSONValue(parsing: [0x22, 0xC3, 0x22]) }
  }

  @Test("nesting is limited, so that no document can exhaust the stack")
  func depth() throws {
    let nested = { (count: Int) in
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    _ = try JSONValue(parsing: nested(200))
    #expect(throws: OCIError.self) { try JSONValue(parsing: nested(201)) }
    #expect(throws: OCIError.self) {
      try JSONValue(parsing: String(repeating: "{\"a\":", count: 100_000))
    }
  }

  @Test("any truncation or change of a byte is read or refused, never more")
  func mutations() {
    let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,null],"b":{"c":"d"}}"#.utf8)
    for length in text.indices {
      #expect(throws: OCIError.self) { try JSONValue(parsing: Array(text[..<length])) }
    }
    for position in text.indices {
      for byte in UInt8.min...UInt8.max {
        var changed = text
        changed[position] = byte
        if let value = try? JSONValue(parsing: changed) {
          #expect((try? JSONValue(parsing: value.bytes)) == value)
        }
      }
    }
  }

  @Test(
    "only whole numbers that fit are integers",
    arguments: [
      ("0", 0), ("-9223372036854775808", Int64.min), ("9223372036854775808", nil), ("1.0", nil),
      ("1e3", nil), ("\"1\"", nil),
    ] as [(String, Int64?)])
  func integers(text: String, value: Int64?) throws {
    #expect(try JSONValue(parsing: text).int == value)
  }

  @Test("members are read, written and removed by name")
  func members() throws {
    var value: JSONValue = ["a": 1, "n": .null]
    #expect(value["a"]?.int == 1)
    #expect(value["n"] == nil)
    #expect(value["x"] == nil)
    value["b"] = ["c": true]
    value["a"] = nil
    #expect(value.description == #"{"b":{"c":true},"n":null}"#)
    #expect(value["b"]?["c"]?.bool == true)
    #expect(JSONValue.string("s")["a"] == nil)
  }

  @Test("indented text has one member per line")
  func indentation() {
    let value: JSONValue = ["a": [1, [:]], "b": "x"]
    let text = String(decoding: value.indentedBytes, as: UTF8.self)
    #expect(text == "{\n  \"a\": [\n    1,\n    {}\n  ],\n  \"b\": \"x\"\n}\n")
  }
}
