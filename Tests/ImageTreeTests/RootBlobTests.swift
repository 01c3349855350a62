import Digests
import FUSE
import FileTree
import ImageSamples
import Linux
import SquashFS
import Store
import SystemPackage
import Testing

@testable import ImageTree

@Suite("The root blob")
struct RootBlobTests {
  private func image(_ store: SampleStore) throws -> LoadedImage {
    try LoadedImage(try store.image(SampleTree.members), source: store)
  }

  /// The blob put together from its parts in the plainest way.
  private func concatenation(_ image: LoadedImage) throws -> [UInt8] {
    var bytes = image.object.head
    for extent in image.object.extents {
      bytes += try image.storedBytes(of: extent).withBytes { $0.withUnsafeBytes { Array($0) } }
    }
    return bytes + image.object.tail
  }

  @Test(
    "read in pieces of any size is the concatenation of its parts",
    arguments: [1 << 22, 65_536, 4096, 1000, 97])
  func sizes(size: Int) throws {
    let image = try image(try SampleStore())
    let whole = try concatenation(image)
    #expect(UInt64(whole.count) == image.rootBlobSize)
    var read: [UInt8] = []
    while true {
      let part = try image.readRootBlob(at: UInt64(read.count), count: size)
      if part.count == 0 { break }
      #expect(part.count == min(size, whole.count - read.count))
      read += part.copied()
    }
    #expect(read == whole)
  }

  @Test("gives the right bytes around every border")
  func borders() throws {
    let image = try image(try SampleStore())
    let whole = try concatenation(image)
    let borders = image.offsets + [0, image.rootBlobSize]
    for border in borders {
      for start in Int(border) - 2...Int(border) + 2 where (0...whole.count + 1).contains(start) {
        for count in [0, 1, 3, 5000] {
          let part = try image.readRootBlob(at: UInt64(start), count: count).copied()
          #expect(part == Array(whole.dropFirst(start).prefix(count)), "\(count) at \(start)")
        }
      }
    }
  }

  @Test("is empty far behind its end")
  func beyond() throws {
    let image = try image(try SampleStore())
    for offset in [image.rootBlobSize, UInt64(Int64.max), .max] {
      #expect(try image.readRootBlob(at: offset, count: 1 << 20).count == 0)
    }
  }

  @Test("is a SquashFS file whose dump is the image's", arguments: [4096, 131_072] as [UInt32])
  func reader(blockSize: UInt32) throws {
    let store = try SampleStore(blockSize: blockSize)
    let image = try image(store)
    let blob = MemoryBlob(try image.readRootBlob(at: 0, count: 1 << 24).copied())
    #expect(blob.size % 4096 == 0)
    let volume = try Volume(blob)
    let content = BlobContent(volume, blob)
    let reread = try VolumeDump.lines(of: volume, content: content)
    #expect(try VolumeDump.lines(of: image.volume, content: image) == reread)
  }

  @Test("is the same wherever its small files are stored")
  func canonicalFragments() throws {
    let plain = try SampleStore()
    let expected = try concatenation(try image(plain))
    let store = try SampleStore()
    let names: Set = ["lib/a", "lib/c", "etc/passwd", "bin/one"]
    let members = SampleTree.contents.filter { names.contains($0.key) }.sorted { $0.key < $1.key }
      .map { SampleMember("other/" + $0.key, .file($0.value)) }
    _ = try store.layer(members)
    let image = try image(store)
    let isComposed = image.object.fragments.filter { $0.pieces.count > 1 }
    #expect(!isComposed.isEmpty, "otherwise this tests nothing")
    #expect(try concatenation(image) == expected)
    #expect(image.object.rootIdentity == (try self.image(plain)).object.rootIdentity)
    for (path, content) in SampleTree.contents {
      #expect(try image.content(of: path) == content, "\(path)")
    }
  }

  @Test("whose fragment block cannot be made again as it was is not given out")
  func otherFragment() throws {
    let store = try SampleStore()
    _ = try store.layer([SampleMember("x", .file(SampleBytes.text(3000, seed: 3)))])
    var object = try store.image(SampleTree.members)
    let index = try #require(object.fragments.firstIndex { $0.pieces.count > 1 })
    object.fragments[index].checksum = .of([1].span.bytes)
    let image = try LoadedImage(object, source: store)
    #expect(throws: Errno.ioError) {
      _ = try image.readRootBlob(at: 0, count: Int(image.rootBlobSize))
    }
  }

  @Test("passes on that a block cannot be read")
  func failing() throws {
    let store = try SampleStore()
    let image = try image(store)
    store.fail(.storedBytes)
    #expect(throws: Errno.ioError) {
      _ = try image.readRootBlob(at: 0, count: Int(image.rootBlobSize))
    }
    let head = try image.readRootBlob(at: 0, count: image.object.head.count)
    #expect(head.copied() == image.object.head)
  }
}

extension LoadedImage {
  /// The content of a file, found by its path.
  fileprivate func content(of path: String) throws -> [UInt8] {
    var inode = try volume.inode(volume.root)
    for name in path.split(separator: "/") {
      let found = try volume.lookup(Array(name.utf8).span.bytes, in: inode)
      inode = try volume.inode(try #require(found).inode)
    }
    return try VolumeReader(volume: volume, content: self).read(inode, at: 0, count: 1 << 24)
      .copied()
  }
}
