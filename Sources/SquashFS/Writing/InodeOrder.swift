internal import FileTree

/// The order in which the inodes of a tree are written, which is also that of their numbers.
///
/// Directories come after the directories below them, siblings in the order of their names. When
/// a directory's turn comes, the inodes that it lists are written one after the other in the order
/// of their names, its subdirectories' too; an inode with several names at the first of them. The
/// root is last. So a listing refers to as few metadata blocks as possible, and everything that an
/// inode needs is written before it.
struct InodeOrder {
  /// A directory and what it lists, ordered by name bytes.
  struct Directory {
    let node: FileTree.NodeID
    let entries: [(name: ByteString, node: FileTree.NodeID)]
  }

  /// The directories in the order of their listings; the root is last.
  private(set) var directories: [Directory] = []
  /// The number of each inode, from 1.
  private(set) var numbers: FileTree.NodeTable<UInt32>

  /// The number of inodes, which is also the root's number.
  var count: UInt32 { UInt32(numbers.count) }

  /// Orders a tree.
  ///
  /// - Throws: `notRepresentable` for names that SquashFS cannot hold, or too many inodes.
  init(_ tree: borrowing FileTree) throws(SquashFSError) {
    numbers = FileTree.NodeTable(for: tree)
    orderDirectories(of: tree)
    for directory in directories {
      for entry in directory.entries {
        try Self.check(entry.name)
        try number(entry.node)
      }
    }
    try number(tree.root)
  }

  private mutating func orderDirectories(of tree: borrowing FileTree) {
    // Depth is bounded by memory only, so no recursion.
    var open = [(directory: list(tree.root, of: tree), next: 0)]
    while var top = open.popLast() {
      let entries = top.directory.entries
      while top.next < entries.count, !tree.isDirectory(entries[top.next].node) { top.next += 1 }
      guard top.next < entries.count else {
        directories.append(top.directory)
        continue
      }
      let child = entries[top.next].node
      open.append((top.directory, top.next + 1))
      open.append((list(child, of: tree), 0))
    }
  }

  private func list(_ node: FileTree.NodeID, of tree: borrowing FileTree) -> Directory {
    Directory(node: node, entries: tree.children(of: node))
  }

  private mutating func number(_ node: FileTree.NodeID) throws(SquashFSError) {
    guard numbers[node] == nil else { return }
    // One number more is taken: that of the root's parent, which stands for none.
    guard let next = UInt32(exactly: numbers.count + 1), next < .max else {
      throw .notRepresentable("more than \(UInt32.max - 1) inodes")
    }
    numbers[node] = next
  }

  private static let longestName = 256

  private static func check(_ name: ByteString) throws(SquashFSError) {
    guard (1...longestName).contains(name.count) else {
      throw .notRepresentable("the name '\(name)' of \(name.count) bytes")
    }
    guard name != ".", name != "..", !name.bytes.contains(0),
      !name.bytes.contains(UInt8(ascii: "/"))
    else { throw .notRepresentable("the name '\(name)'") }
  }
}
