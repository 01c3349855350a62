import Testing

/// What an image's tree must look like, whoever looks.
@Suite(
  "Trees", .serialized, .tags(.root, .fuse, .registry),
  .needs(.firn, .root, .fuse, .images, .registry, .umoci),
  .fixture(TreesFixture.self))
struct TreeTests {
  let fixture: TreesFixture

  init() throws { fixture = try TreesFixture.shared }

  @Test("the image has what makes trees hard: the comparison below would see it go")
  func imageIsHard() throws {
    let tree = try fixture.expected(.debian)
    let kinds = Set(tree.entries.map(\.kind))
    #expect(kinds.isSuperset(of: [.directory, .regular, .symlink, .fifo, .characterDevice]))
    #expect(tree["opt/app/cap-raw"]?.xattrs["security.capability"]?.count == 20)
    #expect(tree["opt/app/cap-raw"]?.xattrs["user.note"] == Array("some value".utf8))
    #expect(tree["opt/app/set-id"]?.mode == 0o6755)
    #expect(tree["opt/app"]?.uid == 1000)
    #expect(tree["opt/app/numbers-link"]?.firstLink == "opt/app/numbers")
    #expect(tree["opt/app/cap-raw-again"] == nil)
    #expect(tree["opt/app/opaque/old"] == nil)
    #expect(tree.entries.contains { $0.path.contains("na\\xc3\\xafve\\x20\\xe2\\x98\\x83") })
    #expect(tree.entries.contains { $0.path.hasSuffix("not-utf8-\\xff") })
  }

  @Test("the served tree equals what umoci unpacks", arguments: TreesFixture.kinds)
  func servedTree(kind: Images.Kind) throws {
    let tree = try Tree(fixture.served.root("tree/\(kind)"))
    expectSame(tree, try fixture.expected(kind))
  }

  @Test(
    "the kernel's mount of the exported file equals it", .needs(.loopMounts),
    arguments: TreesFixture.kinds)
  func kernelTree(kind: Images.Kind) throws {
    let mount = try Mount.squashFS(fixture.export(kind), at: fixture.scratch("kernel-\(kind)"))
    expectSame(try Tree(mount.point), try fixture.expected(kind))
  }

  @Test(
    "what unsquashfs unpacks of it equals it", .needs(.squashfsTools),
    arguments: TreesFixture.kinds)
  func unsquashedTree(kind: Images.Kind) throws {
    let root = fixture.scratch("unsquashed-\(kind)")
    try output("unsquashfs", "-quiet", "-no-progress", "-d", root, fixture.export(kind))
    expectSame(try Tree(root), try fixture.expected(kind))
    try output("rm", "-rf", root)
  }

  @Test("what libsquashfs reads of it equals it", .needs(.squashfsTools))
  func libsquashfsTree() throws {
    let root = try fixture.scratch.directory("libsquashfs")
    try shell(
      "sqfs2tar --no-skip --root-becomes . \"$1\" | "
        + "tar -x -p --numeric-owner --xattrs --xattrs-include='*' -C \"$2\"",
      fixture.export(.debian), root)
    // sqfs2tar takes no sockets, has no other omissions, and gives the root as it is.
    expectSame(try Tree(root), try fixture.expected(.debian))
  }

  @Test("root.squashfs in the mount is the exported file", arguments: TreesFixture.kinds)
  func rootBlob(kind: Images.Kind) throws {
    let blob = "\(fixture.served.point)/images/tree/\(kind)/root.squashfs"
    #expect(try fileSize(blob) == fileSize(fixture.export(kind)))
    #expect(try sameBytes(blob, fixture.export(kind)))
  }

  @Test("exported again, over an older file, it has the same bytes")
  func exportTwice() throws {
    let again = try fixture.scratch.file("again.squashfs", "something older")
    try fixture.firn("export", "tree/debian", again)
    #expect(try sameBytes(again, fixture.export(.debian)))
    #expect(try fileSize(again) % 4096 == 0)
  }

  @Test(
    "whatever it is imported from, into a fresh store, the exported bytes are the same",
    arguments: TreesFixture.kinds, ["oci", "oci-archive", "docker-archive"])
  func transports(kind: Images.Kind, transport: String) throws {
    let scratch = try Scratch("transport")
    let firn = try Firn(creating: scratch("store"))
    let reference =
      switch transport {
      case "oci": "oci:\(try Images.layout(kind)):latest"
      case "oci-archive": "oci-archive:\(try Images.archive(kind, transport)):latest"
      default: "docker-archive:\(try Images.archive(kind, transport))"
      }
    try firn.importImage(reference, as: "copy")
    try firn("export", "copy", scratch("copy.squashfs"))
    #expect(try sameBytes(scratch("copy.squashfs"), fixture.export(kind)))
    #expect(try list("\(firn.store)/staging") == [])
  }

  @Test("config.json and manifest.json are the original bytes", arguments: TreesFixture.kinds)
  func documents(kind: Images.Kind) throws {
    let layout = try Layout(Images.layout(kind))
    let image = "\(fixture.served.point)/images/tree/\(kind)"
    #expect(try "sha256:" + sha256("\(image)/manifest.json") == layout.digest)
    #expect(try "sha256:" + sha256("\(image)/config.json") == layout.manifest.config.digest)
    let listed = try fixture.firn.images().first { $0.name == "tree/\(kind)" }
    #expect(listed?.id == String(layout.manifest.config.digest.dropFirst(7)))
    #expect(listed?.digests.contains(layout.digest) == true)
  }
}
