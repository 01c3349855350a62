import FileTree
import Flattening
import Testing

@Suite("Whiteouts")
struct WhiteoutTests {
  @Test("a whiteout removes a file, a directory with all below it, or a link from lower layers")
  func removal() throws {
    let tree = try flatten(
      [dir("d"), file("d/a"), dir("d/e"), file("d/e/f"), symlink("l", "d"), file("keep", 1)],
      [file("d/.wh.e"), file(".wh.l"), file("d/.wh.a")])
    #expect(outline(tree) == ["d/", "keep 1"])
  }

  @Test("a whiteout of what is not there, or below what is not there, is fine")
  func missing() throws {
    let tree = try flatten(
      [file("f", 1)],
      [
        file(".wh.x"), file("none/.wh.x"), file("f/.wh.x"), file("none/.wh..wh..opq"),
        file("f/.wh..wh..opq"),
      ])
    #expect(outline(tree) == ["f 1"])
  }

  @Test("a whiteout never removes what its own layer brings, before or after it")
  func ownLayer() throws {
    let lower = [dir("d"), file("d/old"), file("f")]
    let first = try flatten(
      lower, [file(".wh.d"), file(".wh.f"), dir("d"), file("d/new", 1), file("f", 2)])
    let last = try flatten(
      lower, [dir("d"), file("d/new", 1), file("f", 2), file(".wh.d"), file(".wh.f")])
    #expect(outline(first) == ["d/", "d/new 1", "f 2"])
    #expect(dump(first) == dump(last))
  }

  @Test("an opaque whiteout empties the directory below and keeps its attributes")
  func opaque() throws {
    let tree = try flatten(
      [dir("d", 0o1750, uid: 7, mtime: 99), file("d/a"), dir("d/e"), file("d/e/f")],
      [file("d/new", 1), file("d/.wh..wh..opq")])
    #expect(
      dump(tree) == """
        /d 041750 7 0 0 99 1 - -
        /d/new 100644 0 0 1 1 1 - 01
        """)
  }

  @Test("an opaque whiteout in the root empties the root and keeps its attributes")
  func opaqueRoot() throws {
    let tree = try flatten(
      [dir(ByteString([]), 0o711, uid: 3), file("a"), dir("d"), file("d/b")],
      [file("new", 1), file(".wh..wh..opq")])
    #expect(outline(tree) == ["new 1"])
    #expect(tree[tree.root].attributes.mode == 0o711)
    #expect(tree[tree.root].attributes.uid == 3)
  }

  @Test("a whiteout is known by its name, whatever its type")
  func anyType() throws {
    let tree = try flatten(
      [file("a"), file("b"), file("c"), file("d"), file("keep")],
      [hardLink(".wh.a", "nowhere"), dir(".wh.b"), symlink(".wh.c", ""), fifo(".wh.d")])
    #expect(outline(tree) == ["keep 0"])
  }

  @Test("AUFS's own entries are ignored and counted, and what lies below them")
  func metadata() throws {
    var flattener = Flattener()
    try flattener.apply([file("a", 1)])
    try flattener.apply([
      dir(".wh..wh.plnk"), file(".wh..wh.plnk/1.2"), file(".wh..wh.aufs"), file("x/.wh..wh.orph"),
      file(".wh..wh.plnk/.wh.a"),
    ])
    #expect(flattener.report.ignoredEntries == 5)
    #expect(outline(try flattener.finish()) == ["a 1"])
  }

  @Test("whiteouts that name nothing are refused", arguments: [".wh.", ".wh..", ".wh..."])
  func invalid(name: String) {
    let path = ByteString("d/" + name)
    #expect(refusal([file(path)]) == .invalidWhiteout(path: path))
  }

  @Test("names that only look like whiteouts are ordinary")
  func ordinary() throws {
    let names = [".wh", ".whx", "a.wh.b", "wh.a"]
    let tree = try flatten([file("b")] + names.map { file(ByteString($0)) })
    #expect(outline(tree) == (names + ["b"]).sorted().map { $0 + " 0" })
  }

  @Test("a whiteout's parents are followed through symbolic links of the lower tree")
  func throughLink() throws {
    let tree = try flatten(
      [
        dir("usr"), dir("usr/lib"), file("usr/lib/a"), file("usr/lib/b", 1),
        symlink("lib", "usr/lib"),
      ],
      [file("lib/.wh.a")])
    #expect(outline(tree) == ["lib -> usr/lib", "usr/", "usr/lib/", "usr/lib/b 1"])
  }

  @Test("a layer that replaces a link by an opaque directory does not empty the link's target")
  func replacedLink() throws {
    let lower = [dir("usr"), dir("usr/lib"), file("usr/lib/a", 1), symlink("lib", "usr/lib")]
    let expected = ["lib/", "lib/new 2", "usr/", "usr/lib/", "usr/lib/a 1"]
    let layers: [Layer] = [
      [dir("lib"), file("lib/.wh..wh..opq"), file("lib/new", 2)],
      [file("lib/.wh..wh..opq"), dir("lib"), file("lib/new", 2)],
      [dir("lib"), file("lib/.wh.a"), file("lib/new", 2)],
      [file(".wh.lib"), file("lib/.wh.a"), file("lib/new", 2)],
    ]
    for layer in layers { #expect(outline(try flatten(lower, layer)) == expected) }
  }

  @Test("a link that goes with its directory is not followed, in either order")
  func linkGoneWithDirectory() throws {
    let lower = [dir("d"), symlink("d/l", "/e"), dir("e"), file("e/a", 1)]
    let layers: [Layer] = [
      [file(".wh.d"), file("d/l/.wh.a")], [file("d/l/.wh.a"), file(".wh.d")],
    ]
    for layer in layers { #expect(outline(try flatten(lower, layer)) == ["e/", "e/a 1"]) }
    let opaque = try flatten(lower, [file("d/l/.wh.a"), file("d/.wh..wh..opq")])
    #expect(outline(opaque) == ["d/", "e/", "e/a 1"])
  }

  @Test("every whiteout finds the lower tree as it was, even through a link that another removes")
  func lookedUpFirst() throws {
    let lower = [
      dir("d"), symlink("d/s", "/keep"), dir("keep"), file("keep/x"), file("keep/y", 1),
      symlink("l", "d/s"),
    ]
    let expected = ["keep/", "keep/y 1", "l -> d/s"]
    let whiteouts = [file(".wh.d"), file("l/.wh.x")]
    #expect(outline(try flatten(lower, whiteouts)) == expected)
    #expect(outline(try flatten(lower, whiteouts.reversed())) == expected)
  }

  @Test("a whiteout through a loop of links is refused")
  func loop() {
    #expect(
      refusal([symlink("l", "l")], [file("l/.wh.a")]) == .symbolicLinkLoop(path: "l/.wh.a"))
  }

  @Test("a whiteout may remove a name of 255 bytes, though its own is longer")
  func longName() throws {
    let name = ByteString([UInt8](repeating: 0x61, count: 255))
    let whiteout = ByteString(Array(".wh.".utf8) + name.bytes)
    #expect(outline(try flatten([file(name)], [file(whiteout)])).isEmpty)
    let longer = ByteString(whiteout.bytes + [0x61])
    #expect(refusal([file(longer)]) == .nameTooLong(path: longer))
  }
}
