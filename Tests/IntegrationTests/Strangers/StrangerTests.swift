import Testing

/// The trees that strangers' tools make images of; made once for the suite.
final class StrangersFixture: Fixture {
  @TaskLocal static var current: StrangersFixture?
  static var slot: TaskLocal<StrangersFixture?> { $current }

  let scratch: Scratch
  let everything: String
  let huge: Lazy<String>

  init() throws {
    scratch = try Scratch("strangers")
    everything = scratch("everything")
    try StrangerTree.everything(in: everything)
    let path = scratch("huge")
    huge = Lazy {
      try StrangerTree.huge(in: path)
      return path
    }
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
    let file = scratch("image.squashfs")
    let words = options.split(separator: " ").map(String.init)
    try Command(
      ["mksquashfs", fixture.everything, file, "-quiet", "-no-progress"] + words
    ).succeed()
    try expectKernelsView(of: file)
  }

  @Test(
    "an image by gensquashfs equals the kernel's view", arguments: ["gzip", "lz4", "xz", "zstd"])
  func gensquashfs(compressor: String) throws {
    let file = scratch("image.squashfs")
    try output(
      "gensquashfs", "-q", "-c", compressor, "-k", "-x", "-D", fixture.everything, file)
    try expectKernelsView(of: file)
  }

  @Test(
    "a file over 4 GiB and a directory of 100,000 entries are read",
    arguments: ["-comp zstd -b 1M", "-comp lz4 -b 128K"])
  func huge(options: String) throws {
    let file = scratch("image.squashfs")
    let words = options.split(separator: " ").map(String.init)
    try Command(
      try ["mksquashfs", fixture.huge.value, file, "-quiet", "-no-progress"] + words
    ).succeed()
    try expectKernelsView(of: file)
  }

  @Test("a path that begins with a dot is a file, too")
  func relativePath() throws {
    let file = scratch("image.squashfs")
    try output("mksquashfs", fixture.everything + "/owners", file, "-quiet", "-no-progress")
    let point = try scratch.directory("point")
    var command = Command(try Firn.binary.value, "mount", "./image.squashfs", point)
    command.directory = scratch.path
    try command.succeed()
    #expect(try list(point) == ["a", "b", "c", "sticky"])
    try Command(Firn.binary.value, "unmount", point).succeed()
  }

  private func expectKernelsView(
    of file: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let kernel = try Mount.squashFS(file, at: scratch("kernel"))
    let point = try scratch.directory("point")
    try Command(Firn.binary.value, "mount", file, point).succeed()
    let tree = try Tree(point)
    expectSame(tree, try Tree(kernel.point), sourceLocation: sourceLocation)
    try Command(Firn.binary.value, "unmount", point).succeed()
    #expect(eventually(within: 10) { ProcessTable.naming(point).isEmpty })
  }
}
