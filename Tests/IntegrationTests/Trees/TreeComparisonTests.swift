import Testing

/// The comparison that the other suites rest on must see every kind of difference.
@Suite("Comparing trees", .tags(.root), .needs(.root, .squashfsTools))
struct TreeComparisonTests {
  let scratch: Scratch

  init() throws {
    scratch = try Scratch("comparison")
    try shell(
      """
      cd "$1"; mkdir -p left/dir; echo text >left/file; ln left/file left/again
      ln -s target left/symlink; mkfifo left/fifo; mknod left/device c 1 3
      setfattr -n user.name -v value left/file; touch -d @1000 left/dir left/file left
      cp -a left right
      """, scratch.path)
  }

  @Test("a copy is the same")
  func same() throws {
    expectSame(try Tree(scratch("right")), try Tree(scratch("left")))
    #expect(try Tree(scratch("left")).entries.count == 7)
    #expect(try Tree(scratch("left")).inodeCount == 6)
  }

  @Test(
    "each of these changes is seen",
    arguments: [
      "chmod 600 file", "chmod 2755 dir", "chown 1 file", "chown :1 dir", "touch -d @1001 file",
      "touch -d @1001 dir", "setfattr -n user.name -v valuf file", "setfattr -x user.name file",
      "setfattr -n trusted.more -v x dir", "rm again; cp -a file again", "rm again", "touch extra",
      "ln -sfn other symlink; touch -h -d @0 symlink; true", "rm fifo; mknod fifo c 1 3",
      "rm device; mknod device c 1 5", "rm device; mknod device b 1 3",
      "printf 'texu\\n' >file; touch -d @1000 file", "setcap cap_chown+ep file",
      "mv file ein; mv again file; mv ein again; ln again third",
    ])
  func difference(change: String) throws {
    let before = try Tree(scratch("right"))
    // The directory's own time must not give the change away.
    try shell("cd \"$1\"; \(change); touch -d @1000 .", scratch("right"))
    let after = try Tree(scratch("right"))
    #expect(!before.differences(from: after).isEmpty)
  }

  @Test("what the kernel shows of an image is its source, in the trees for strangers")
  func strangersTree() throws {
    try StrangerTree.everything(in: scratch("source"))
    let file = scratch("image.squashfs")
    try output("mksquashfs", scratch("source"), file, "-quiet", "-no-progress", "-comp", "gzip")
    let mount = try Mount.squashFS(file, at: scratch("kernel"))
    let (tree, source) = (try Tree(mount.point), try Tree(scratch("source")))
    expectSame(tree, source)
    #expect(source.entries.count > 3500)
    #expect(Set(source.entries.map(\.kind)).count == 7)
  }
}
