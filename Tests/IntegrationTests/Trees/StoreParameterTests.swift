import Testing

/// A tree with every kind of inode, as layers in the dialects of tar and compression there are,
/// in stores of all parameters.
@Suite(
  "Stores and layers of all kinds", .serialized, .tags(.root, .fuse),
  .needs(.firn, .root, .fuse, .loopMounts, .squashfsTools), .fixture(ArchivesFixture.self))
struct StoreParameterTests {
  let fixture: ArchivesFixture
  let scratch: Scratch

  init() throws {
    fixture = try ArchivesFixture.shared
    scratch = try Scratch("parameters")
  }

  @Test(
    "served, exported and mounted by the kernel, the tree is the same",
    arguments: [
      "--block-size 4K --compressor zstd", "--block-size 1M --compressor zstd --level 1",
      "--block-size 64K --compressor gzip", "--block-size 128K --compressor lz4",
      "--block-size 1M --compressor xz", "--block-size 8K --compressor lz4",
    ])
  func parameters(options: String) throws {
    let layout = try LayoutBuilder(scratch: scratch).layout(
      "layout", archives: [fixture.archive("--format=pax", "cat", "")])
    let firn = try Firn(creating: scratch("store"), options.split(separator: " ").map(String.init))
    try firn.importImage("oci:\(layout):latest", as: "all")
    try firn("export", "all", scratch("all.squashfs"))
    let kernel = try Mount.squashFS(scratch("all.squashfs"), at: scratch("kernel"))
    expectSame(try Tree(kernel.point), fixture.expected)
    let served = try ServedMount(firn, at: scratch("mount"))
    expectSame(try Tree(served.root("all")), fixture.expected)
    let blob = "\(served.point)/images/all/root.squashfs"
    #expect(try sameBytes(blob, scratch("all.squashfs")))
  }

  @Test(
    "however the layer is written, the tree is the same",
    arguments: [
      ["--format=gnu --sparse", "gzip -6", "+gzip"],
      ["--format=pax --sparse --sparse-version=0.0", "gzip -1", "+gzip"],
      ["--format=pax --sparse --sparse-version=0.1", "zstd -q", "+zstd"],
      ["--format=pax --sparse --sparse-version=1.0", "cat", ""],
      // Labels that lie about the compression are corrected by the magic bytes.
      ["--format=pax", "zstd -q", "+gzip"], ["--format=pax", "gzip", ""],
    ])
  func dialects(words: [String]) throws {
    let layout = try LayoutBuilder(scratch: scratch).layout(
      "layout", archives: [fixture.archive(words[0], words[1], words[2])])
    let firn = try Firn(creating: scratch("store"))
    try firn.importImage("oci:\(layout):latest", as: "all")
    let point = try scratch.directory("mount")
    try firn("mount", "all", point)
    // Old GNU archives have no place for extended attributes.
    let expected = words[0].contains("gnu") ? fixture.expected.withoutXattrs : fixture.expected
    expectSame(try Tree(point), expected)
    try firn("unmount", point)
  }
}

/// The tree of ``StrangerTree/everything(in:)`` without what tar cannot hold, and archives of it.
final class ArchivesFixture: Fixture {
  @TaskLocal static var current: ArchivesFixture?
  static var slot: TaskLocal<ArchivesFixture?> { $current }

  let scratch: Scratch
  let expected: Tree

  init() throws {
    scratch = try Scratch("archives")
    try StrangerTree.everything(in: scratch("tree"))
    try output("rm", scratch("tree/special/socket"))
    // GNU tar writes a second name of a fifo or device node as a node of its own.
    expected = try Tree(scratch("tree")).map { entry in
      var entry = entry
      if ![.regular, .symlink, .directory].contains(entry.kind) {
        (entry.links, entry.firstLink) = (1, nil)
      }
      return entry
    }
  }

  /// The tree as a layer.
  ///
  /// - Parameters:
  ///   - format: Options of tar.
  ///   - filter: The program that compresses.
  ///   - suffix: What the media type says of the compression.
  func archive(_ format: String, _ filter: String, _ suffix: String) throws -> LayoutBuilder.Archive
  {
    let xattrs = format.contains("gnu") ? "" : "--xattrs --xattrs-include='*'"
    let tar = scratch("layer.tar")
    try shell(
      "tar -c --numeric-owner \(xattrs) \(format) -C \"$1\" -f \"$2\" . && \(filter) <\"$2\" >\"$2.z\"",
      scratch("tree"), tar)
    return try LayoutBuilder.Archive(
      tar: readFile(tar), compressed: readFile(tar + ".z"), suffix: suffix)
  }
}

extension Tree {
  fileprivate var withoutXattrs: Tree {
    map { entry in
      var entry = entry
      entry.xattrs = [:]
      return entry
    }
  }
}
