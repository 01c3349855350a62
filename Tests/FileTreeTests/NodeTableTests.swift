import FileTree
import Testing

@Suite("A value for each inode")
struct NodeTableTests {
  @Test("is there once it was set, and counted once")
  func values() {
    var tree = FileTree()
    let nodes = (0..<5).map {
      tree.add(ByteString("\($0)"), to: tree.root, attributes: Attributes(mode: 0o644), kind: .fifo)
    }
    var table = FileTree.NodeTable<Int>(for: tree)
    #expect(table.count == 0 && nodes.allSatisfy { table[$0] == nil })
    table[nodes[3]] = 3
    table[nodes[1]] = 1
    table[nodes[3]] = 30
    #expect(table.count == 2 && Array(table.values) == [1, 30])
    #expect(table[nodes[0]] == nil && table[nodes[4]] == nil && table[tree.root] == nil)
    table[nodes[1]] = nil
    table[nodes[1]] = nil
    #expect(table.count == 1 && table[nodes[1]] == nil && table[nodes[3]] == 30)
    table[tree.root] = 0
    #expect(Array(table.values) == [0, 30])
    let literal: FileTree.NodeTable = [nodes[2]: "a", tree.root: "b"]
    #expect(literal[nodes[2]] == "a" && Array(literal.values) == ["b", "a"])
  }

  @Test("is asked for in the order of names, or of inodes by names, alike")
  func order() {
    var tree = FileTree()
    let attributes = Attributes(mode: 0o755)
    let b = tree.add(ByteString("b"), to: tree.root, attributes: attributes, kind: .directory)
    let file = tree.add(ByteString("z"), to: b, attributes: attributes, kind: .fifo)
    tree.add(ByteString("a"), to: b, attributes: attributes, kind: .fifo)
    tree.link(file, as: ByteString("a"), in: tree.root)
    tree.add(ByteString("c"), to: tree.root, attributes: attributes, kind: .fifo)
    var named: [FileTree.NodeID] = []
    tree.forEachName { _, node in named.append(node) }
    var alone: [FileTree.NodeID] = []
    tree.forEachNode { alone.append($0) }
    #expect(named == alone && named.count == 6)
  }
}
