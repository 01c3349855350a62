import Compression
import FileTree
import SquashFS
import Testing

/// Parameters of a blob, as a test's argument.
struct Form: CustomTestStringConvertible, Sendable {
  let compressor: Compressor
  let level: Int
  let blockSize: UInt32
  var testDescription: String { "\(compressor) \(level), blocks of \(blockSize)" }

  init(_ compressor: Compressor, _ level: Int, _ blockSize: UInt32) {
    self.compressor = compressor
    self.level = level
    self.blockSize = blockSize
  }

  /// Each compressor with and without options in the file, and all extremes of block size.
  static let all = [
    Form(.zstd, 3, 131_072), Form(.zstd, 15, 4096), Form(.zstd, 19, 1_048_576),
    Form(.gzip, 9, 131_072), Form(.gzip, 1, 8192), Form(.xz, 6, 4096), Form(.xz, 0, 1_048_576),
    Form(.lz4, 1, 65_536), Form(.lz4, 12, 131_072),
  ]

  /// An image of this form with one of everything.
  func sample() throws -> SampleImage {
    var image = try SampleImage(
      compressor, level: level, blockSize: blockSize,
      root: Attributes(mode: 0o711, uid: 3, gid: 4, mtime: 5))
    Samples.fill(&image)
    return image
  }
}

@Suite("Writing metadata")
struct MetadataWriterTests {
  @Test("our reader finds the tree that was written", arguments: Form.all)
  func roundTrip(_ form: Form) throws {
    var image = try form.sample()
    let blob = ArrayBlob(bytes: try image.blob())
    let volume = try Volume(blob)
    #expect(try volume.dump() == image.tree.dump())

    let reader = BlockReader(volume, blob)
    var compared = 0
    var pending = [(image.tree.root, try volume.inode(volume.root))]
    while let (id, inode) = pending.popLast() {
      if let content = image.contents[id] {
        let read = try reader.content(of: inode)
        #expect(read == content, "of \(id)")
        compared += 1
      }
      guard image.tree.isDirectory(id) else { continue }
      for (name, child) in try volume.children(of: inode) {
        pending.append((try #require(image.tree.child(ByteString(name), of: id)), child))
      }
    }
    #expect(compared >= image.contents.count)
  }

  @Test("head and tail fit the parameters and the data area", arguments: Form.all)
  func sizes(_ form: Form) throws {
    var image = try form.sample()
    let metadata = try image.link()
    #expect(UInt64(metadata.head.count) == image.parameters.dataStart)
    let total = UInt64(metadata.head.count + metadata.tail.count) + image.layout.dataSize
    #expect(total % 4096 == 0)
    let superblock = try metadata.superblock()
    #expect(superblock.bytesUsed <= total && superblock.bytesUsed > total - 4096)
    #expect(superblock.inodeTable == image.parameters.dataStart + image.layout.dataSize)
  }

  @Test("the superblock says what the image has")
  func superblock() throws {
    var image = try Form(.zstd, 3, 4096).sample()
    let full = try image.link().superblock()
    #expect(full.modificationTime == 0)
    #expect(full.blockSize == 4096 && full.compressor == .zstd)
    #expect(full.fragmentCount == UInt32(image.layout.fragments.count))
    #expect(Int(full.inodeCount) == image.tree.inodes.count)
    #expect(Int(full.idCount) == image.tree.owners.count)
    #expect(full.flags == [.deduplicated, .exportable, .compressorOptions])

    var small = try SampleImage(.zstd, level: 15)
    small.addFile("file", [1, 2, 3])
    let plain = try small.link().superblock()
    #expect(plain.flags == [.deduplicated, .exportable, .noXattrs, .alwaysFragments])

    var whole = try SampleImage(.gzip, level: 9)
    whole.addFile("file", Samples.text(4096))
    let unfragmented = try whole.link().superblock()
    #expect(unfragmented.flags == [.deduplicated, .exportable, .noXattrs, .noFragments])
    #expect(unfragmented.fragmentTable == Superblock.noTable)
    #expect(unfragmented.xattrTable == Superblock.noTable)
  }

  @Test("an empty tree is a file system with an empty root")
  func empty() throws {
    var image = try SampleImage()
    let volume = try Volume(ArrayBlob(bytes: try image.blob()))
    #expect(try volume.dump().map(\.description) == ["/ 040755 0 0 0 0 1 - -"])
    #expect(try volume.inode(volume.root).links == 2)
  }

  @Test("equal trees give equal bytes, in whatever order they were made")
  func deterministic() throws {
    func image(_ names: [Int]) throws -> [UInt8] {
      var image = try SampleImage(.zstd, level: 3)
      let content = LinkedFile()
      var directories: [Int: FileTree.NodeID] = [:]
      for parent in 0..<5 { directories[parent] = nil }
      for name in names {
        let parent = name % 5
        let directory =
          directories[parent] ?? image.addDirectory(ByteString("directory-\(parent)"))
        directories[parent] = directory
        let attributes = Attributes(
          mode: 0o644, uid: UInt32(name), xattrs: [Samples.user("n", "\(name % 7)")])
        image.addFile(
          ByteString("name-\(name)"), to: directory, size: 0, content, attributes: attributes)
      }
      return try image.blob()
    }
    let first = try image(Array(0..<3000))
    #expect(try image(Array(0..<3000)) == first)
    #expect(try image((0..<3000).reversed()) == first)
    #expect(try image((0..<3000).shuffled()) == first)
    #expect(try image(Array(0..<2999)) != first)
  }

  @Test("a directory links to its subdirectories, an inode to its names")
  func links() throws {
    var image = try SampleImage()
    let parent = image.addDirectory("parent")
    for name: ByteString in ["a", "b", "c"] { _ = image.addDirectory(name, to: parent) }
    let file = image.addFile("file", to: parent, [1])
    image.tree.link(file, as: "same", in: image.tree.root)
    let volume = try Volume(ArrayBlob(bytes: try image.blob()))
    #expect(try volume.inode(volume.root).links == 3)
    #expect(try volume.inode(at: "parent").links == 5)
    #expect(try volume.inode(at: "parent/a").links == 2)
    #expect(try volume.inode(at: "same").links == 2)
    #expect(try volume.inode(at: "same") == volume.inode(at: "parent/file"))
  }

  @Test("a removed name and what was below it are not written")
  func removed() throws {
    var image = try SampleImage()
    let gone = image.addDirectory("gone")
    let kept = image.addFile("file", to: gone, Samples.text(5000))
    image.tree.link(kept, as: "kept", in: image.tree.root)
    image.addFile("below", to: gone, [1])
    image.tree.remove("gone", from: image.tree.root)
    let volume = try Volume(ArrayBlob(bytes: try image.blob()))
    #expect(try volume.dump() == image.tree.dump())
    #expect(volume.superblock.inodeCount == 2)
    #expect(try volume.inode(at: "kept").links == 1)
  }
}
