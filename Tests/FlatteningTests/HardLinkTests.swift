import FileTree
import Flattening
import Testing

@Suite("Hard links")
struct HardLinkTests {
  @Test("a hard link is the same inode; what its own header says is ignored")
  func sameInode() throws {
    let tree = try flatten([file("a", 1, mode: 0o600, uid: 5), hardLink("b", "a")])
    #expect(
      dump(tree) == """
        /a 100600 5 0 1 1 2 - 01
        /b hardlink /a
        """)
  }

  @Test("a target is found in the merged tree, so across layers")
  func acrossLayers() throws {
    let tree = try flatten(
      [dir("d"), file("d/a", 1)], [hardLink("b", "d/a")], [hardLink("c", "b")])
    #expect(
      dump(tree) == """
        /b 100644 0 0 1 1 3 - 01
        /c hardlink /b
        /d 040755 0 0 0 1 1 - -
        /d/a hardlink /b
        """)
  }

  @Test("removing one name leaves the others, and the count is true")
  func removal() throws {
    let tree = try flatten(
      [dir("d"), file("d/a", 1), hardLink("b", "d/a"), hardLink("c", "b")], [file(".wh.d")])
    #expect(
      dump(tree) == """
        /b 100644 0 0 1 1 2 - 01
        /c hardlink /b
        """)
  }

  @Test("a hard link means the inode that is there when it comes, not a later one of that name")
  func laterReplacement() throws {
    let tree = try flatten([file("a", 1), hardLink("b", "a"), file("a", 2)])
    #expect(outline(tree) == ["a 2", "b 1"])
  }

  @Test("a hard link replaces what has its name, even the directory that holds the target")
  func replacement() throws {
    let tree = try flatten([dir("d"), file("d/a", 1), file("b", 2)], [hardLink("b", "d/a")])
    #expect(outline(tree) == ["b 1", "d/", "d/a 1"])
    let swallowed = try flatten([dir("d"), file("d/a", 1)], [hardLink("d", "d/a")])
    #expect(dump(swallowed) == "/d 100644 0 0 1 1 1 - 01")
  }

  @Test("a hard link to itself changes nothing")
  func itself() throws {
    let tree = try flatten([file("a", 1)], [hardLink("a", "a")])
    #expect(dump(tree) == "/a 100644 0 0 1 1 1 - 01")
  }

  @Test("a symbolic link, fifo or device may have several names too")
  func otherKinds() throws {
    let tree = try flatten([symlink("l", "x"), hardLink("m", "l"), fifo("p"), hardLink("q", "p")])
    #expect(
      dump(tree) == """
        /l 120777 0 0 1 1 2 x -
        /m hardlink /l
        /p 010600 0 0 0 1 2 - -
        /q hardlink /p
        """)
  }

  @Test("the target's parents may be symbolic links")
  func throughLink() throws {
    let tree = try flatten([dir("d"), file("d/a", 1), symlink("l", "/d")], [hardLink("b", "l/a")])
    #expect(tree.node(at: "b") == tree.node(at: "d/a"))
  }

  @Test("a missing target is refused, also one that the layer itself removes")
  func missing() {
    #expect(refusal([hardLink("b", "a")]) == .linkTargetMissing(path: "b", target: "a"))
    #expect(refusal([hardLink("b", "a"), file("a")]) == .linkTargetMissing(path: "b", target: "a"))
    #expect(
      refusal([file("a")], [hardLink("b", "a"), file(".wh.a")])
        == .linkTargetMissing(path: "b", target: "a"))
    #expect(
      refusal([file("a"), hardLink("b", "a/x")]) == .linkTargetMissing(path: "b", target: "a/x"))
  }

  @Test("a directory as target is refused, the root included")
  func directory() {
    #expect(
      refusal([dir("d"), hardLink("b", "d")]) == .linkTargetIsDirectory(path: "b", target: "d"))
    let root = ByteString([])
    #expect(refusal([hardLink("b", root)]) == .linkTargetIsDirectory(path: "b", target: root))
  }

  @Test("a loop of links on the way to the target is refused")
  func loop() {
    #expect(
      refusal([symlink("l", "l"), hardLink("b", "l/a")]) == .symbolicLinkLoop(path: "b"))
  }
}
