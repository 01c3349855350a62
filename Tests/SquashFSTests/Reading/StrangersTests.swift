import SquashFS
import Testing

/// One image by a tool of others.
struct StrangersImage: CustomTestStringConvertible, Sendable {
  /// What makes the image, with `$SRC` and `$OUT` for the source tree and the image.
  let command: String
  var kernel = true
  var hasXattrs = true
  /// Paths that the tool leaves out.
  var missing: Set<String> = []
  /// What else the tool does not keep.
  var differences: Set<String> = []
  var testDescription: String { command }

  init(
    _ command: String, kernel: Bool = true, hasXattrs: Bool = true, missing: Set<String> = [],
    differences: Set<String> = []
  ) {
    self.command = command
    self.kernel = kernel
    self.hasXattrs = hasXattrs
    self.missing = missing
    self.differences = differences
  }

  /// GNU tar and gensquashfs store a fifo with two names as two fifos.
  static let separateFifos: Set<String> = [
    "/kinds/fifo: links 1", "/links/hard-fifo: links 1", "/links/hard-fifo: hard link group",
  ]

  /// gensquashfs 1.2.0 knows no hard links, no empty attribute, and sets the root's time to 0.
  static let gensquashfs: Set<String> = separateFifos.union([
    "/: mtime 0", "/links/hard1: links 1", "/links/hard2: links 1",
    "/links/hard2: hard link group", "/sizes/4097: links 1", "/sizes/4097: hard link group",
    "/xattrs/user: extended attributes", "/xattrs/user: value of user.empty",
  ])

  static func mksquashfs(_ options: String) -> String {
    "mksquashfs $SRC $OUT -quiet -no-progress -processors 2 \(options)"
  }

  static let all = [
    StrangersImage(mksquashfs("-comp gzip")),
    StrangersImage(mksquashfs("-comp gzip -b 4K -no-fragments")),
    StrangersImage(mksquashfs("-comp lzo -b 64K")),
    StrangersImage(mksquashfs("-comp lz4")),
    StrangersImage(mksquashfs("-comp lz4 -Xhc -b 1M -no-exports")),
    StrangersImage(mksquashfs("-comp xz")),
    StrangersImage(mksquashfs("-comp xz -b 1M -Xbcj x86 -Xdict-size 50%")),
    StrangersImage(mksquashfs("-comp zstd -Xcompression-level 3 -b 1M")),
    StrangersImage(mksquashfs("-comp zstd -b 4K -tailends")),
    StrangersImage(mksquashfs("-comp lzma -b 256K"), kernel: false),
    StrangersImage(mksquashfs("-comp zstd -noI -noD -noF -noX")),
    StrangersImage(mksquashfs("-comp gzip -noI -no-duplicates -no-sparse -nopad")),
    StrangersImage(mksquashfs("-comp zstd -always-use-fragments -no-xattrs"), hasXattrs: false),
    // Appending writes the tables again behind the old data.
    StrangersImage(
      mksquashfs("-comp zstd -e many") + " && mksquashfs $SRC/many $OUT -keep-as-directory -quiet"
        + " -no-progress", differences: ["/: mode 511", "/: mtime"]),
    StrangersImage(
      "tar -C $SRC --sort=name --xattrs --xattrs-include='*' --exclude=./kinds/socket -cf - ."
        + " | tar2sqfs -q -c zstd $OUT",
      missing: ["kinds/socket"], differences: separateFifos),
    StrangersImage(
      "tar -C $SRC --xattrs --xattrs-include='*' --exclude=./kinds/socket -cf - ."
        + " | tar2sqfs -q -c lz4 -b 8192 -e $OUT",
      missing: ["kinds/socket"], differences: separateFifos),
    StrangersImage("gensquashfs -q -D $SRC -k -x -c gzip -b 131072 $OUT", differences: gensquashfs),
    StrangersImage(
      "gensquashfs -q -D $SRC -k -x -c xz -b 1048576 -T $OUT", differences: gensquashfs),
  ]
}

@Suite("Images by mksquashfs and squashfs-tools-ng")
struct StrangersTests {
  /// The tree all images are made of; made once, removed when the process ends.
  private static let source = Result {
    let scratch = try ScratchDirectory()
    scratch.removeAtExit()
    try Menagerie.make(at: scratch.path + "/tree")
    return scratch
  }

  @Test("the whole tree equals its source and the kernel's view", arguments: StrangersImage.all)
  func equals(_ image: StrangersImage) throws {
    let source = try Self.source.get().path + "/tree"
    let scratch = try ScratchDirectory()
    let path = scratch.path + "/image"
    try ReaderShell.run("SRC=\(source) OUT=\(path); \(image.command)")
    let blob = try OpenFileBlob(path)
    let volume = try Volume(blob)

    var comparison = TreeComparison(volume, blob, .source)
    comparison.hasXattrs = image.hasXattrs
    comparison.missing = image.missing
    try comparison.compare(with: source)
    let unexpected = comparison.differences.filter { difference in
      !image.differences.contains { difference.hasPrefix($0) }
    }
    #expect(unexpected == [])
    #expect(comparison.count > 800)

    if image.kernel, ReaderShell.isRoot {
      // The kernel wants whole pages.
      try ReaderShell.run("truncate -s %4096 \(path)")
      let mount = try KernelMount(path)
      comparison = TreeComparison(volume, blob, .kernel)
      comparison.hasXattrs = image.hasXattrs
      try comparison.compare(with: mount.path)
      #expect(comparison.differences == [])
    }
  }

  @Test(
    "the kernel's view can be compared", .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func kernel() throws {
    #expect(try ReaderShell.run("cat /proc/filesystems").contains("squashfs"))
  }
}
