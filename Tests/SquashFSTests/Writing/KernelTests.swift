import Compression
import FileTree
import Glibc
import SquashFS
import Testing

/// A written image in a file, opened by our reader.
private final class ImageFile {
  let scratch: ScratchDirectory
  let blob: OpenFileBlob
  let volume: Volume
  var path: String { scratch.path + "/image" }

  init(_ image: inout SampleImage) throws {
    scratch = try ScratchDirectory()
    try image.write(to: scratch.path + "/image")
    blob = try OpenFileBlob(scratch.path + "/image")
    volume = try Volume(blob)
  }

  /// What differs between the image and a directory.
  func differences(
    from directory: String, _ peer: TreeComparison.Peer, missing: Set<String> = []
  ) throws -> [String] {
    var comparison = TreeComparison(volume, blob, peer)
    comparison.missing = missing
    try comparison.compare(with: directory)
    return comparison.differences
  }
}

@Suite("Written images in the hands of others")
struct KernelTests {
  @Test(
    "the kernel shows everything that was written",
    .enabled(if: ReaderShell.isRoot, "needs root: loop mount"), arguments: Form.all)
  func mounted(_ form: Form) throws {
    var image = try form.sample()
    let file = try ImageFile(&image)
    #expect(try file.volume.dump() == image.tree.dump())
    let mount = try KernelMount(file.path)
    #expect(try file.differences(from: mount.path, .kernel) == [])
  }

  @Test(
    "unsquashfs extracts everything that was written",
    .enabled(if: ReaderShell.isRoot, "needs root: owners and device nodes"), arguments: Form.all)
  func unsquashed(_ form: Form) throws {
    var image = try form.sample()
    let file = try ImageFile(&image)
    let target = file.scratch.path + "/out"
    try ReaderShell.run("unsquashfs -no-progress -quiet -d '\(target)' '\(file.path)' 2>&1")
    #expect(try file.differences(from: target, .source) == [])
    let listing = try ReaderShell.run("unsquashfs -lln '\(file.path)' | tr -s ' '")
    let shown = ["drwxrwxrwt 1/2 ", "/kinds/again-fifo-xattr"].filter { !listing.contains($0) }
    #expect(shown == [], "is missing in the listing")
  }

  @Test(
    "squashfs-tools-ng reads everything that was written",
    .enabled(if: ReaderShell.isRoot, "needs root: owners and device nodes"),
    arguments: [Form.all[0], Form.all[3], Form.all[5], Form.all[8]])
  func unpacked(_ form: Form) throws {
    var image = try form.sample()
    let file = try ImageFile(&image)
    let target = file.scratch.path + "/out"
    try ReaderShell.run(
      """
      mkdir '\(target)'
      sqfs2tar -r . '\(file.path)' |
        tar -C '\(target)' --xattrs --xattrs-include='*' --numeric-owner -xpf - 2>&1
      """)
    #expect(try file.differences(from: target, .source) == [])
    let described = try ReaderShell.run("rdsquashfs -d '\(file.path)'")
    let hasLine = described.contains("file sizes/noise-0 0644 0 0")
    #expect(hasLine)
  }

  @Test(
    "the kernel finds every name of a directory of 100,000",
    .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func largeDirectory() throws {
    var image = try SampleImage(.lz4, level: 1)
    let large = image.addDirectory("large")
    for number in 0..<100_000 {
      image.addFile(ByteString("name-\(number)"), to: large, size: 0, LinkedFile())
    }
    let file = try ImageFile(&image)
    let inode = try file.volume.inode(at: "large")
    #expect(try file.volume.children(of: inode).count == 100_000)
    let mount = try KernelMount(file.path)
    let count = try ReaderShell.run("ls -f '\(mount.path)/large' | wc -l")
    #expect(count.split(separator: "\n") == ["100002"])
    // Look up with the index: names in all parts of the listing, and some that are not there.
    for number in stride(from: 0, to: 100_000, by: 997) {
      #expect(access("\(mount.path)/large/name-\(number)", F_OK) == 0, "name-\(number)")
      #expect(access("\(mount.path)/large/name-\(number)x", F_OK) != 0, "name-\(number)x")
    }
  }

  @Test(
    "names that refer to many places of the inode table are found",
    .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func scatteredLinks() throws {
    var image = try SampleImage(.lz4, level: 1)
    // Inodes far from each other, in two directories, listed alternately in a third: each entry
    // needs a header of its own, and an index of all headers would not fit.
    let low = image.addDirectory("a-low")
    let high = image.addDirectory("b-high")
    let both = image.addDirectory("c-both")
    for number in 0..<35_000 {
      for (directory, suffix) in [(low, "0"), (high, "1")] {
        let name = ByteString("\(100_000 + number)-\(suffix)")
        let id = image.addFile(name, to: directory, size: 0, LinkedFile())
        image.tree.link(id, as: name, in: both)
      }
    }
    let file = try ImageFile(&image)
    #expect(try file.volume.dump() == image.tree.dump())
    let mount = try KernelMount(file.path)
    for number in stride(from: 100_000, to: 135_000, by: 499) {
      #expect(access("\(mount.path)/c-both/\(number)-0", F_OK) == 0, "\(number)")
      #expect(access("\(mount.path)/c-both/\(number)-1", F_OK) == 0, "\(number)")
    }
    let count = try ReaderShell.run("ls -f '\(mount.path)/c-both' | wc -l")
    #expect(count.split(separator: "\n") == ["70002"])
  }

  @Test(
    "an inode may have 70,000 names", .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func manyLinks() throws {
    var image = try SampleImage(.zstd, level: 3)
    let file = image.addFile("file", Samples.text(100))
    let fifo = image.tree.add(
      "fifo", to: image.tree.root, attributes: Attributes(mode: 0o600), kind: .fifo)
    let links = image.addDirectory("links")
    for number in 1..<70_000 {
      image.tree.link(file, as: ByteString("file-\(number)"), in: links)
      image.tree.link(fifo, as: ByteString("fifo-\(number)"), in: links)
    }
    let written = try ImageFile(&image)
    #expect(try written.volume.inode(at: "file").links == 70_000)
    let mount = try KernelMount(written.path)
    let shown = try ReaderShell.run(
      "cd '\(mount.path)'; stat -c %h file fifo links/file-69999 links/fifo-1; ls links | wc -l")
    #expect(shown == "70000\n70000\n70000\n70000\n139998\n")
  }

  @Test("an empty tree can be mounted", .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func empty() throws {
    var image = try SampleImage(.gzip, level: 9)
    let file = try ImageFile(&image)
    let mount = try KernelMount(file.path)
    #expect(try ReaderShell.run("ls -A '\(mount.path)'; stat -c %h '\(mount.path)'") == "2\n")
    #expect(try ReaderShell.run("rdsquashfs -l / '\(file.path)'") == "")
    let target = file.scratch.path + "/out"
    try ReaderShell.run("unsquashfs -quiet -no-progress -d '\(target)' '\(file.path)'")
    #expect(try ReaderShell.run("ls -A '\(target)'") == "")
  }

  @Test(
    "a thousand directories in each other can be walked",
    .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func deep() throws {
    var image = try SampleImage()
    var directory = image.tree.root
    for _ in 0..<1000 { directory = image.addDirectory("d", to: directory) }
    image.addFile("leaf", to: directory, [1, 2, 3])
    let file = try ImageFile(&image)
    #expect(try file.volume.dump() == image.tree.dump())
    let mount = try KernelMount(file.path)
    #expect(try file.differences(from: mount.path, .kernel) == [])
    #expect(try ReaderShell.run("find '\(mount.path)' | wc -l") == "1002\n")
  }

  @Test(
    "blocks and fragments behind 4 GiB are found",
    .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func farBlocks() throws {
    var image = try SampleImage(.zstd, level: 3)
    image.addFile("near", Samples.noise(9000))
    image.skip(1 << 32)
    image.addFile("far", Samples.noise(20_000, seed: 2))
    image.addFile("far-compressed", Samples.text(50_000))
    let file = try ImageFile(&image)
    #expect(file.volume.superblock.bytesUsed > 1 << 32)
    let mount = try KernelMount(file.path)
    #expect(try file.differences(from: mount.path, .kernel) == [])
    let reader = BlockReader(file.volume, file.blob)
    #expect(
      try reader.content(of: file.volume.inode(at: "far")) == Samples.noise(20_000, seed: 2))
    try ReaderShell.run("unsquashfs -cat '\(file.path)' far > '\(file.scratch.path)/far'")
    try ReaderShell.run("cmp '\(file.scratch.path)/far' '\(mount.path)/far'")
  }

  @Test(
    "a sparse file of more than 4 GiB keeps its size, holes and data",
    .enabled(if: ReaderShell.isRoot, "needs root: loop mount"))
  func largeSparseFile() throws {
    var image = try SampleImage(.zstd, level: 3, blockSize: 1 << 20)
    let content = Samples.noise(1 << 20)
    let other = Samples.text(1000)
    image.addFile("data", content, usesTail: false)
    image.addFile("end", other)
    let start = image.parameters.dataStart
    let word = try #require(image.layout.files.values.first { !$0.blocks.isEmpty }).blocks[0]
    let blocks = 5000
    var words = [SizeWord](repeating: .hole, count: blocks)
    words[4999] = word
    let size = UInt64(blocks) << 20 + 1000
    image.addFile(
      "sparse", size: size,
      LinkedFile(start: start, blocks: words, tail: TailPosition(fragment: 0, offset: 0)))
    let file = try ImageFile(&image)
    guard case .regular(let described) = try file.volume.inode(at: "sparse").kind else {
      Issue.record("not a file")
      return
    }
    #expect(described.size == size && described.sparse == 4999 << 20)
    let mount = try KernelMount(file.path)
    let path = mount.path + "/sparse"
    try ReaderShell.run(
      """
      [ "$(stat -c '%s' '\(path)')" = \(size) ]
      [ "$(stat -c '%b' '\(path)')" -le 2100 ]
      tail -c 1000 '\(path)' | cmp - '\(mount.path)/end'
      tail -c 1049576 '\(path)' | head -c 1048576 | cmp - '\(mount.path)/data'
      head -c 100000000 '\(path)' | cmp -n 100000000 - /dev/zero
      """)
  }
}
