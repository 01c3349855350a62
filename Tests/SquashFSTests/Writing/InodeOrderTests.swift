import FileTree
import Testing

@testable import SquashFS

@Suite("The order of inodes")
struct InodeOrderTests {
  @Test("what a directory lists follows what is below, by name, and the root is last")
  func order() throws {
    var tree = FileTree()
    func add(_ name: ByteString, _ parent: FileTree.NodeID, _ kind: FileTree.Kind)
      -> FileTree.NodeID
    {
      tree.add(name, to: parent, attributes: Attributes(mode: 0o755), kind: kind)
    }
    let zoo = add("zoo", tree.root, .directory)
    let file = add("a", tree.root, .fifo)
    let bar = add("bar", tree.root, .directory)
    let inBar = add("x", bar, .fifo)
    let inner = add("inner", zoo, .directory)
    let inInner = add("y", inner, .fifo)
    let inZoo = add("k", zoo, .fifo)
    tree.link(file, as: "also-a", in: inner)

    let order = try InodeOrder(tree)
    #expect(order.directories.map(\.node) == [bar, inner, zoo, tree.root])
    let numbers = tree.inodes.compactMap { node in order.numbers[node].map { (node, $0) } }
    let byNumber = numbers.sorted { $0.1 < $1.1 }
    #expect(byNumber.map(\.1) == Array(1...8))
    #expect(byNumber.map(\.0) == [inBar, file, inInner, inner, inZoo, bar, zoo, tree.root])
    #expect(order.count == 8)
  }
}

@Suite("The index of a directory")
struct DirectoryListingTests {
  private func listing(_ blocks: [UInt32]) -> DirectoryListing {
    var listing = DirectoryListing(start: InodeReference(block: 5, offset: 0), size: 1 << 20)
    listing.setIndex(
      blocks.enumerated().map { offset, block in
        DirectoryIndexEntry(offset: UInt32(offset), block: block, name: [0x61])
      })
    return listing
  }

  @Test("the first header of each block but the first is taken")
  func perBlock() {
    let listing = listing([5, 5, 6, 6, 6, 9, 10, 10])
    #expect(listing.indexCount == 3)
    #expect(
      listing.index == [
        2, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0, 0x61, 5, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0x61, 6, 0, 0,
        0, 10, 0, 0, 0, 0, 0, 0, 0, 0x61,
      ])
  }

  @Test("no more headers are taken than can be counted", arguments: [65_534, 65_535, 200_000])
  func counted(_ count: UInt32) {
    let listing = listing(Array(6..<6 + count))
    #expect(listing.index.count == Int(listing.indexCount) * 13)
    #expect(listing.indexCount > 30_000)
  }

  @Test("only a listing of more than 65,532 bytes needs an extended inode")
  func extended() {
    let start = InodeReference(block: 0, offset: 0)
    #expect(!DirectoryListing(start: start, size: 65_532).needsExtendedInode)
    #expect(DirectoryListing(start: start, size: 65_533).needsExtendedInode)
  }
}
