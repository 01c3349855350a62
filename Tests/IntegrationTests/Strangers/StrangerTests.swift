import Testing

/// The trees that strangers' tools make images of; made once for the suite.
final class StrangersFixture: Fixture {
  @TaskLocal static var current: StrangersFixture?
  static var slot: TaskLocal<StrangersFixture?> { $current }

  let scratch: Scratch
  let everything: String

  init() throws {
    scratch = try Scratch("strangers")
    everything = scratch("everything")
    try StrangerTree.everything(in: everything)
  }
}

/// SquashFS images that we did not make.
@Suite(
  "Strangers' images", .serialized, .tags(.root, .fuse),
  .needs(.firn, .root, .fuse, .loopMounts, .squashfsTools), .fixture(StrangersFixture.self))
struct StrangerTests {
  let fixture: StrangersFixture
  let scratch: Scratch

  init() throws {
    fixture = try StrangersFixture.shared
    scratch = try Scratch("stranger")
  }

  /// Options of mksquashfs; each line is an image.
  static let options = [
    "-comp gzip -b 4K", "-comp gzip -b 1M -no-fragments", "-comp gzip -Xstrategy huffman_only",
    "-comp lzo -b 64K", "-comp lzo -Xalgorithm lzo1x_1 -always-use-fragments",
    "-comp lz4 -b 128K", "-comp lz4 -Xhc -b 1M", "-comp lz4 -b 4K -no-xattrs",
    "-comp xz -b 128K", "-comp xz -b 1M -Xbcj x86", "-comp xz -b 8K -no-exports",
    "-comp zstd -b 128K", "-comp zstd -b 1M -always-use-fragments", "-comp zstd -b 4K",
    "-comp zstd -noI -noId -noD -noF -noX", "-comp gzip -noD -no-duplicates -no-hardlinks",
    "-comp zstd -all-root -no-sparse", "-comp gzip -b 16K -no-exports -no-xattrs",
  ]

  @Test("an image by mksquashfs equals the kernel's view", arguments: Self.options)
  func mksquashfs(options: String) throws {
    try expectKernelsView(of: mksquashfs(fixture.everything, options))
  }

  /// Makes an image of a tree; gives its path.
  private func mksquashfs(_ tree: String, _ options: String = "") throws -> String {
    let file = scratch("image.squashfs")
    // With its default cache the tool takes three times as long for a large sparse file.
    let words = ["mksquashfs", tree, file, "-quiet", "-no-progress", "-mem", "128M"]
    try Command(words + options.split(separator: " ").map(String.init)).succeed()
    return file
  }

  @Test(
    "an image by gensquashfs equals the kernel's view", arguments: ["gzip", "lz4", "xz", "zstd"])
  func gensquashfs(compressor: String) throws {
    let file = scratch("image.squashfs")
    try output(
      "gensquashfs", "-q", "-c", compressor, "-k", "-x", "-D", fixture.everything, file)
    try expectKernelsView(of: file)
  }

  @Test("a file over 4 GiB and a directory of 100,000 entries are read")
  func huge() throws {
    try StrangerTree.huge(in: scratch("huge"))
    let file = try mksquashfs(scratch("huge"), "-comp zstd -b 128K")
    let tree = try expectKernelsView(of: file)
    #expect(tree["large"]?.size == 4_400_000_001)
    #expect(tree.entries.count == 100_003)
  }

  @Test("a path that begins with a dot is a file, too")
  func relativePath() throws {
    _ = try mksquashfs(fixture.everything + "/owners")
    let point = try scratch.directory("point")
    var command = Command(try Firn.binary.value, "mount", "./image.squashfs", point)
    command.directory = scratch.path
    try command.succeed()
    #expect(try list(point) == ["a", "b", "c", "sticky"])
    try Command(Firn.binary.value, "unmount", point).succeed()
  }

  @discardableResult
  private func expectKernelsView(
    of file: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> Tree {
    let kernel = try Mount.squashFS(file, at: scratch("kernel"))
    let point = try scratch.directory("point")
    try Command(Firn.binary.value, "mount", file, point).succeed()
    let tree = try Tree(point)
    expectSame(tree, try Tree(kernel.point), sourceLocation: sourceLocation)
    // The server ends when the last mount namespace lets go of the mount, and Podman's pause
    // processes and other tests make namespaces; check-tests looks for servers that stay.
    try Command(Firn.binary.value, "unmount", point).succeed()
    #expect(try MountTable.below(point).isEmpty)
    return tree
  }
}
