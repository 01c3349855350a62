import FileTree
import Flattening
import Testing

@Suite("Merging")
struct MergeTests {
  @Test("no layer at all gives an empty root directory")
  func empty() throws {
    let tree = try flatten([Layer]())
    #expect(tree.dump().map(\.description) == ["/ 040755 0 0 0 0 1 - -"])
  }

  @Test("a directory over a directory replaces its attributes and keeps its children")
  func directoryOverDirectory() throws {
    let old = [ExtendedAttribute(name: "user.old", value: [1])]
    let new = [ExtendedAttribute(name: "user.new", value: [2])]
    let tree = try flatten(
      [dir("d", 0o700, uid: 1, mtime: 5, xattrs: old), file("d/f", 3)],
      [dir("d", 0o2755, uid: 2, mtime: 6, xattrs: new)])
    #expect(
      dump(tree) == """
        /d 042755 2 0 0 6 1 - - user.new=\\x02
        /d/f 100644 0 0 1 1 1 - 03
        """)
  }

  @Test("anything else unlinks what was there and is created anew")
  func replacement() throws {
    let tree = try flatten(
      [dir("a"), file("a/f"), file("b", 1), symlink("c", "a"), file("d", 2)],
      [file("a", 3), dir("b"), dir("c"), symlink("d", "b")])
    #expect(outline(tree) == ["a 3", "b/", "c/", "d -> b"])
  }

  @Test("a new file over one name of an inode leaves its other names as they were")
  func replacementOfHardLink() throws {
    let tree = try flatten([file("a", 1), hardLink("b", "a")], [file("a", 2)])
    #expect(
      dump(tree) == """
        /a 100644 0 0 1 1 1 - 02
        /b 100644 0 0 1 1 1 - 01
        """)
  }

  @Test("a layer that touches d/f without an entry for d leaves d as it was")
  func untouchedParent() throws {
    let tree = try flatten([dir("d", 0o1700, uid: 5, mtime: 77)], [file("d/f", 1)])
    #expect(
      dump(tree) == """
        /d 041700 5 0 0 77 1 - -
        /d/f 100644 0 0 1 1 1 - 01
        """)
  }

  @Test("a root entry sets the root's attributes and keeps its children")
  func rootEntry() throws {
    let tree = try flatten([file("f")], [dir(ByteString([]), 0o700, uid: 4, mtime: 8)])
    #expect(
      tree.dump().map(\.description) == [
        "/ 040700 4 0 0 8 1 - -", "/f 100644 0 0 1 1 1 - -",
      ])
  }

  @Test("a root entry that is not a directory is refused")
  func rootFile() {
    #expect(refusal([file(ByteString([]))]) == .rootNotDirectory)
    #expect(refusal([symlink(ByteString([]), "x")]) == .rootNotDirectory)
    #expect(refusal([file("a"), hardLink(ByteString([]), "a")]) == .rootNotDirectory)
  }

  @Test("the last of duplicate names wins")
  func duplicates() throws {
    let tree = try flatten([
      file("a", 1), file("a", 2), dir("d", 0o700), file("d/f"), dir("d", 0o755), file("e"),
      dir("e"), dir("g"), file("g/x"), file("g", 3),
    ])
    #expect(outline(tree) == ["a 2", "d/", "d/f 0", "e/", "g 3"])
    #expect(tree.node(at: "d").map { tree[$0].attributes.mode } == 0o755)
  }

  @Test("indices are moved into the image's tables, holes stay holes")
  func offsets() throws {
    var flattener = Flattener()
    let content = FileContent(
      size: 10, blocks: [0, FileContent.hole, 5], tail: TailPosition(fragment: 2, offset: 3))
    let entry = LayerEntry(
      path: "f", attributes: Attributes(mode: 0), kind: .regular(content))
    try flattener.apply([entry], blockOffset: 100, fragmentOffset: 1_000)
    let tree = try flattener.finish()
    let id = try #require(tree.node(at: "f"))
    let moved = FileContent(
      size: 10, blocks: [100, FileContent.hole, 105],
      tail: TailPosition(fragment: 1_002, offset: 3))
    #expect(tree[id].kind == .regular(moved))
  }

  @Test("indices that no table can have are refused", arguments: [UInt32.max - 5, UInt32.max - 1])
  func offsetOverflow(offset: UInt32) {
    let blocks = LayerEntry(
      path: "f", attributes: Attributes(mode: 0), kind: .regular(FileContent(size: 1, blocks: [5])))
    var flattener = Flattener()
    #expect(throws: FlatteningError.tooManyBlocks) {
      try flattener.apply([blocks], blockOffset: offset)
    }
    var other = Flattener()
    #expect(throws: FlatteningError.tooManyBlocks) {
      try other.apply([file("f", 5)], fragmentOffset: offset)
    }
  }

  @Test("names keep their bytes, UTF-8 or not, and differ by bytes only")
  func byteNames() throws {
    let latin = ByteString([0x66, 0xfc, 0x72])
    let composed: ByteString = "f\u{fc}r"
    let decomposed: ByteString = "fu\u{308}r"
    let tree = try flatten([file(latin, 1), file(composed, 2), file(decomposed, 3)])
    #expect(tree.childCount(of: tree.root) == 3)
    #expect(dump(tree).contains("/f\\xfcr 100644 0 0 1 1 1 - 01"))
  }

  @Test("the same layers give the same inodes in the same order")
  func determinism() throws {
    var random = SeededGenerator(seed: 7)
    let layers = RandomImage(isComplete: false, using: &random).layers.map {
      $0.compactMap(\.layerEntry)
    }
    let first = try flatten(layers)
    let second = try flatten(layers)
    #expect(first.inodes.count > 10)
    #expect(first.inodes == second.inodes)
    #expect(first.inodes.map { first[$0] } == second.inodes.map { second[$0] })
  }
}
