import FileTree
import Testing

@Suite("Dumps")
struct DumpTests {
  private func text(_ tree: FileTree) -> String {
    tree.dump().map(\.description).joined(separator: "\n")
  }

  @Test("every kind of inode has its canonical line")
  func kinds() {
    var tree = FileTree(root: Attributes(mode: 0o755, mtime: 7))
    let root = tree.root
    let number = DeviceNumber(major: 8, minor: 300)
    tree.add(
      "block", to: root, attributes: Attributes(mode: 0o660, gid: 6), kind: .blockDevice(number))
    tree.add("char", to: root, attributes: Attributes(mode: 0o666), kind: .characterDevice(number))
    tree.add("dir", to: root, attributes: Attributes(mode: 0o1777), kind: .directory)
    tree.add("fifo", to: root, attributes: Attributes(mode: 0o600), kind: .fifo)
    tree.add(
      "file", to: root, attributes: Attributes(mode: 0o4755, uid: 1000, gid: 100, mtime: .max),
      kind: .regular(FileContent(size: 5_000_000_000)))
    tree.add("link", to: root, attributes: Attributes(mode: 0o777), kind: .symbolicLink("a b"))
    #expect(
      text(tree) == """
        / 040755 0 0 0 7 1 - -
        /block 060660 0 6 0 0 1 8:300 -
        /char 020666 0 0 0 0 1 8:300 -
        /dir 041777 0 0 0 0 1 - -
        /fifo 010600 0 0 0 0 1 - -
        /file 104755 1000 100 5000000000 4294967295 1 - -
        /link 120777 0 0 3 0 1 a\\x20b -
        """)
  }

  @Test("the first name in path order has the inode, the others point to it")
  func hardLinks() {
    var tree = FileTree()
    let file = tree.add(
      "z", to: tree.root, attributes: Attributes(mode: 0o644), kind: .regular(FileContent(size: 1)))
    let directory = tree.add(
      "d", to: tree.root, attributes: Attributes(mode: 0o755), kind: .directory)
    tree.link(file, as: "y", in: directory)
    tree.link(file, as: "x", in: directory)
    #expect(
      text(tree) == """
        / 040755 0 0 0 0 1 - -
        /d 040755 0 0 0 0 1 - -
        /d/x 100644 0 0 1 0 3 - -
        /d/y hardlink /d/x
        /z hardlink /d/x
        """)
  }

  @Test("lines are sorted by the bytes of whole paths, not directory by directory")
  func order() {
    var tree = FileTree()
    let plain = Attributes(mode: 0o755)
    let a = tree.add("a", to: tree.root, attributes: plain, kind: .directory)
    tree.add("b", to: a, attributes: plain, kind: .fifo)
    tree.add("a-", to: tree.root, attributes: plain, kind: .fifo)
    tree.add(ByteString([0xff]), to: tree.root, attributes: plain, kind: .fifo)
    #expect(tree.dump().map(\.path) == [ByteString([]), "a", "a-", "a/b", ByteString([0xff])])
  }

  @Test("extended attributes are sorted and byte-safe")
  func xattrs() {
    let xattrs = [
      ExtendedAttribute(name: "user.b=c", value: []),
      ExtendedAttribute(name: "security.capability", value: [1, 0, 0x3d, 0xff]),
    ]
    let tree = FileTree(root: Attributes(mode: 0o700, xattrs: xattrs))
    #expect(
      text(tree) == "/ 040700 0 0 0 0 1 - - security.capability=\\x01\\x00=\\xff user.b\\x3dc=")
  }

  @Test("a target that is a dash is told from no target")
  func dash() {
    #expect(DumpedInode.Payload.target("-").description == "\\x2d")
    #expect(DumpedInode.Payload.target("--").description == "--")
    #expect(DumpedInode.Payload.none.description == "-")
  }

  @Test("the digest is asked once per regular file and its error arrives")
  func digests() throws {
    struct Refusal: Error {}
    var tree = FileTree()
    let file = tree.add(
      "a", to: tree.root, attributes: Attributes(mode: 0o644), kind: .regular(FileContent(size: 9)))
    tree.link(file, as: "b", in: tree.root)
    var asked = 0
    let lines = tree.dump { content throws(Never) in
      asked += 1
      return [UInt8(content.size), 0xab]
    }
    #expect(asked == 1)
    #expect(
      lines.map(\.description) == [
        "/ 040755 0 0 0 0 1 - -", "/a 100644 0 0 9 0 2 - 09ab", "/b hardlink /a",
      ])
    #expect(throws: Refusal.self) { try tree.dump { _ throws(Refusal) in throw Refusal() } }
  }

  @Test("names may be added in any order")
  func anyOrder() {
    let inode = DumpedInode(mode: 0o100644, uid: 0, gid: 0, mtime: -1, links: 2)
    var dump = Dump()
    dump.add("b", identity: 5) { () throws(Never) in inode }
    dump.add("a", identity: 5) { () throws(Never) in inode }
    #expect(
      dump.lines().map(\.description) == [
        "/a 100644 0 0 0 -1 2 - -", "/b hardlink /a",
      ])
  }
}
