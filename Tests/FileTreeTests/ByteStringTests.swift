import FileTree
import Testing

@Suite("Byte strings")
struct ByteStringTests {
  @Test("order is by unsigned bytes, prefixes first")
  func order() {
    let names: [ByteString] = [
      ByteString([0xff]), "b", "a/b", "a-b", "a", ByteString([0x80]), ByteString([]),
    ]
    #expect(
      names.sorted() == [
        ByteString([]), "a", "a-b", "a/b", "b", ByteString([0x80]), ByteString([0xff]),
      ])
  }

  @Test("equal bytes are one key, whatever made them")
  func hashing() {
    let made: Set<ByteString> = ["ab", ByteString([0x61, 0x62]), ByteString("ab".utf8), "a"]
    #expect(made.count == 2)
  }

  @Test("components ignore empty parts")
  func components() {
    #expect(ByteString("a/b//c/").components == ["a", "b", "c"])
    #expect(ByteString([]).components.isEmpty)
  }

  @Test("appending to the root's empty path adds no slash")
  func appending() {
    #expect(ByteString([]).appending("a") == "a")
    #expect(ByteString("a").appending("b") == "a/b")
  }

  @Test(
    "escaping leaves printable ASCII and marks every other byte",
    arguments: [
      ("plain-._~!", "plain-._~!"), ("a b", "a\\x20b"), ("back\\slash", "back\\x5cslash"),
      ("line\nend\u{7f}", "line\\x0aend\\x7f"), ("ä", "\\xc3\\xa4"), ("", ""),
    ])
  func escaping(text: String, expected: String) {
    #expect(ByteString(text).escaped() == expected)
  }

  @Test("escaping is reversible: all single bytes differ, and bytes that are no UTF-8 are kept")
  func escapingIsInjective() {
    let all = Set((UInt8.min...UInt8.max).map { ByteString([$0]).escaped() })
    #expect(all.count == 256)
    #expect(ByteString([0xff, 0x00]).escaped() == "\\xff\\x00")
    #expect(ByteString("a=b").escaped(also: UInt8(ascii: "=")) == "a\\x3db")
  }
}
