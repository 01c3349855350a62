import FileTree
import Testing

@Suite("File trees")
struct FileTreeTests {
  private let file = FileTree.Kind.regular(FileContent(size: 0))
  private let plain = Attributes(mode: 0o644)

  private func sample() -> FileTree {
    var tree = FileTree()
    let directory = tree.add("d", to: tree.root, attributes: plain, kind: .directory)
    let deep = tree.add("e", to: directory, attributes: plain, kind: .directory)
    let id = tree.add("f", to: deep, attributes: plain, kind: file)
    tree.link(id, as: "g", in: tree.root)
    return tree
  }

  @Test("a new tree is an empty root directory")
  func empty() {
    let tree = FileTree()
    #expect(tree.isDirectory(tree.root))
    #expect(tree.childCount(of: tree.root) == 0)
    #expect(tree.inodes == [tree.root])
  }

  @Test("children are listed by name bytes, not by the order of adding")
  func order() {
    var tree = FileTree()
    for name: ByteString in ["b", "a", "B", "a-", "ä"] {
      tree.add(name, to: tree.root, attributes: plain, kind: file)
    }
    #expect(tree.children(of: tree.root).map(\.name) == ["B", "a", "a-", "b", "ä"])
  }

  @Test("a hard link is the same inode and counts as a name")
  func hardLink() throws {
    let tree = sample()
    let id = try #require(tree.node(at: "d/e/f"))
    #expect(tree.node(at: "g") == id)
    #expect(tree[id].names == 2)
  }

  @Test("removing a directory takes one name from each inode below it, at any depth")
  func removal() throws {
    var tree = sample()
    let id = try #require(tree.node(at: "g"))
    tree.remove("d", from: tree.root)
    #expect(tree.node(at: "d") == nil)
    #expect(tree[id].names == 1)
    #expect(tree.inodes == [tree.root, id])
    tree.remove("missing", from: tree.root)
    #expect(tree.inodes == [tree.root, id])
  }

  @Test("emptying a directory keeps it")
  func emptying() throws {
    var tree = sample()
    let directory = try #require(tree.node(at: "d"))
    tree.removeChildren(of: directory)
    #expect(tree.childCount(of: directory) == 0)
    #expect(tree.node(at: "d") == directory)
    tree.add("new", to: directory, attributes: plain, kind: file)
    #expect(tree.childCount(of: directory) == 1)
  }

  @Test("an inode that lost its last name can be linked again")
  func revival() throws {
    var tree = sample()
    let id = try #require(tree.node(at: "g"))
    tree.remove("g", from: tree.root)
    tree.remove("d", from: tree.root)
    #expect(tree[id].names == 0)
    tree.link(id, as: "back", in: tree.root)
    #expect(tree[id].names == 1)
    #expect(tree.inodes == [tree.root, id])
  }

  @Test("changing an inode keeps its number of names")
  func change() throws {
    var tree = sample()
    let id = try #require(tree.node(at: "g"))
    var other = tree[tree.root]
    other.kind = .regular(FileContent(size: 7))
    other.attributes.mode = 0o600
    tree[id] = other
    #expect(tree[id].names == 2)
    #expect(tree[id].attributes.mode == 0o600)
  }

  @Test("what is not a directory has no children")
  func noChildren() throws {
    let tree = sample()
    let id = try #require(tree.node(at: "g"))
    #expect(tree.child("x", of: id) == nil)
    #expect(tree.children(of: id).isEmpty)
    #expect(tree.node(at: "g/x") == nil)
  }

  @Test("a walk gives each name once, directories before their entries")
  func walk() {
    var paths: [ByteString] = []
    sample().forEachName { path, _ in paths.append(path) }
    #expect(paths == [ByteString([]), "d", "d/e", "d/e/f", "g"])
  }

  @Test("owners are user and group ids of inodes that are still in the tree")
  func owners() {
    var tree = FileTree(root: Attributes(mode: 0o755, uid: 1, gid: 2))
    tree.add("a", to: tree.root, attributes: Attributes(mode: 0, uid: 2, gid: 3), kind: .fifo)
    tree.add("b", to: tree.root, attributes: Attributes(mode: 0, uid: 9, gid: 9), kind: .fifo)
    tree.remove("b", from: tree.root)
    #expect(tree.owners == [1, 2, 3])
  }

  @Test("a tree of great depth is walked, dumped and removed without recursion")
  func depth() {
    var tree = FileTree()
    var parent = tree.root
    for _ in 0..<3_000 {
      parent = tree.add("d", to: parent, attributes: plain, kind: .directory)
    }
    #expect(tree.dump().count == 3_001)
    tree.remove("d", from: tree.root)
    #expect(tree.inodes == [tree.root])
  }
}
