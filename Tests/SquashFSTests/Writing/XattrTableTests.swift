import Compression
import FileTree
import SquashFS
import Testing

@Suite("Extended attributes of a written image")
struct XattrTableTests {
  private func image(sets count: Int) throws -> SampleImage {
    var image = try SampleImage(.lz4, level: 1)
    for number in 0..<count {
      let xattrs = [
        Samples.user("number", "\(number)"), Samples.user("shared", "a value that is shared"),
      ]
      image.tree.add(
        ByteString("file-\(number)"), to: image.tree.root,
        attributes: Attributes(mode: 0o644, xattrs: xattrs), kind: .regular(FileContent(size: 0)))
    }
    return image
  }

  // libsquashfs' own writer overruns its memory at multiples of 512.
  @Test("any number of sets is kept", arguments: [1, 511, 512, 513, 1024, 1536, 5000])
  func counts(_ count: Int) throws {
    var image = try image(sets: count)
    let volume = try Volume(ArrayBlob(bytes: try image.blob()))
    #expect(try volume.dump() == image.tree.dump())
    #expect(
      try Superblock(reading: ArrayBlob(bytes: image.blob())).flags.contains(.noXattrs) == false)
  }

  @Test(
    "the kernel shows any number of sets",
    .enabled(if: ReaderShell.isRoot, "needs root: loop mount"), arguments: [512, 1537])
  func mounted(_ count: Int) throws {
    let scratch = try ScratchDirectory()
    var image = try image(sets: count)
    try image.write(to: scratch.path + "/image")
    let blob = try OpenFileBlob(scratch.path + "/image")
    let mount = try KernelMount(scratch.path + "/image")
    var comparison = TreeComparison(try Volume(blob), blob, .kernel)
    try comparison.compare(with: mount.path)
    #expect(comparison.differences == [])
    #expect(comparison.count == count + 1)
  }

  @Test("equal sets and equal long values are stored once")
  func shared() throws {
    let long = ExtendedAttribute(name: "user.long", value: Samples.noise(60_000))
    func size(of files: Int, distinct: Bool) throws -> Int {
      var image = try SampleImage(.lz4, level: 1)
      for number in 0..<files {
        let xattrs = distinct ? [long, Samples.user("own", "\(number)")] : [long]
        image.tree.add(
          ByteString("file-\(number)"), to: image.tree.root,
          attributes: Attributes(mode: 0o644, xattrs: xattrs), kind: .fifo)
      }
      let volume = try Volume(ArrayBlob(bytes: try image.blob()))
      #expect(try volume.dump() == image.tree.dump())
      return Int(volume.superblock.bytesUsed)
    }
    let one = try size(of: 1, distinct: false)
    #expect(one > 60_000)
    #expect(try size(of: 50, distinct: false) < one + 2000)
    #expect(try size(of: 50, distinct: true) < one + 4000)
  }
}
