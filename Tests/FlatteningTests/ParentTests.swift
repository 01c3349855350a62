import FileTree
import Flattening
import Testing

@Suite("Parents")
struct ParentTests {
  @Test("missing parents become directories: 0755, root's, a fixed time; and are counted")
  func missing() throws {
    var flattener = Flattener()
    try flattener.apply([file("a/b/f", 1)])
    #expect(flattener.report.impliedDirectories == 2)
    #expect(
      dump(try flattener.finish()) == """
        /a 040755 0 0 0 0 1 - -
        /a/b 040755 0 0 0 0 1 - -
        /a/b/f 100644 0 0 1 1 1 - 01
        """)
  }

  @Test("an entry that comes later gives a missing parent its attributes")
  func laterEntry() throws {
    let tree = try flatten([file("a/f", 1), dir("a", 0o700, uid: 3)])
    #expect(outline(tree) == ["a/", "a/f 1"])
    #expect(tree.node(at: "a").map { tree[$0].attributes.uid } == 3)
  }

  @Test(
    "symbolic links among the parents are followed inside the root",
    arguments: [
      ("l", "/d", "d/f"), ("l", "d", "d/f"), ("l", "../../d", "d/f"), ("l", ".//d/.", "d/f"),
      ("d/l", "..", "f"), ("d/l", "../e", "e/f"), ("d/l", "/", "f"), ("l", "d/up", "f"),
      ("l", "new/deep", "new/deep/f"), ("l", "gone/../d", "d/f"), ("l", "gone/../../new", "new/f"),
    ])
  func followed(link: String, target: String, expected: String) throws {
    let lower = [
      dir("d"), dir("e"), symlink("d/up", "/"), symlink(ByteString(link), ByteString(target)),
    ]
    let tree = try flatten(lower, [file(ByteString(link + "/f"), 7)])
    #expect(outline(tree).contains(expected + " 7"))
    #expect(!outline(tree).contains { $0.hasPrefix("gone") })
    #expect(outline(tree).contains("\(link) -> \(target)"))
  }

  @Test("`..` steps back from where a link led, not from where it stood")
  func physicalParent() throws {
    let tree = try flatten([
      dir("a"), dir("a/b"), symlink("l", "a/b"), symlink("m", "l/../x"), file("m/f", 1),
    ])
    #expect(tree.node(at: "a/x/f") != nil)
  }

  @Test("links that only lead to links are refused, 40 of them are not")
  func loop() throws {
    #expect(refusal([symlink("l", "l"), file("l/f")]) == .symbolicLinkLoop(path: "l/f"))
    #expect(
      refusal([symlink("a", "b"), symlink("b", "/a"), file("a/f")])
        == .symbolicLinkLoop(path: "a/f"))
    var chain = (1..<40).map { symlink(ByteString("l\($0)"), ByteString("l\($0 + 1)")) }
    chain += [symlink("l40", "d"), dir("d")]
    #expect(try flatten(chain, [file("l1/f")]).node(at: "d/f") != nil)
    #expect(
      refusal(chain, [symlink("l0", "l1"), file("l0/f")]) == .symbolicLinkLoop(path: "l0/f"))
  }

  @Test("a parent that is not a directory is refused")
  func notDirectory() {
    #expect(refusal([file("f")], [file("f/x")]) == .parentNotDirectory(path: "f/x"))
    #expect(
      refusal([file("f"), symlink("l", "f"), file("l/x/y")]) == .parentNotDirectory(path: "l/x/y"))
    #expect(refusal([fifo("p"), dir("p/d")]) == .parentNotDirectory(path: "p/d"))
  }

  @Test("an entry finds its parent anew when that was replaced in between")
  func replacedParent() throws {
    let tree = try flatten([
      dir("d"), file("d/a"), dir("e"), file("d"), symlink("d", "e"), file("d/b", 1), dir("d"),
      file("d/c", 2),
    ])
    #expect(outline(tree) == ["d/", "d/c 2", "e/", "e/b 1"])
  }

  @Test("the last component is never followed")
  func lastComponent() throws {
    let tree = try flatten([dir("d"), symlink("l", "d")], [dir("l"), file("l/f", 1)])
    #expect(outline(tree) == ["d/", "l/", "l/f 1"])
  }
}
