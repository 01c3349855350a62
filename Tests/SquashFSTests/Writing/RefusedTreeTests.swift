import Compression
import FileTree
import SquashFS
import Testing

/// A tree with one thing in it that is near a limit, and whether it is within.
struct Limit: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let isAllowed: Bool
  let fill: @Sendable (inout FileTree) -> Void

  init(
    _ description: String, isAllowed: Bool, _ fill: @escaping @Sendable (inout FileTree) -> Void
  ) {
    testDescription = description
    self.isAllowed = isAllowed
    self.fill = fill
  }

  private static func named(_ name: ByteString, isAllowed: Bool) -> Limit {
    Limit("the name of \(name.count) bytes \(name)", isAllowed: isAllowed) {
      $0.add(name, to: $0.root, attributes: Attributes(mode: 0o644), kind: .fifo)
    }
  }

  private static func link(_ count: Int, isAllowed: Bool) -> Limit {
    let target = ByteString(repeatElement(UInt8(ascii: "t"), count: count))
    return kind("a target of \(count) bytes", isAllowed: isAllowed, .symbolicLink(target))
  }

  private static func kind(
    _ description: String, isAllowed: Bool, _ kind: FileTree.Kind
  ) -> Limit {
    Limit(description, isAllowed: isAllowed) {
      $0.add("entry", to: $0.root, attributes: Attributes(mode: 0o644), kind: kind)
    }
  }

  private static func owners(_ count: UInt32, isAllowed: Bool) -> Limit {
    Limit("\(count) owners", isAllowed: isAllowed) { tree in
      // The root has the owner 0.
      for owner in 1..<count {
        tree.add(
          ByteString("file-\(owner)"), to: tree.root,
          attributes: Attributes(mode: 0o644, uid: owner * 3, gid: 0), kind: .fifo)
      }
    }
  }

  private static func xattr(
    _ name: ByteString, _ count: Int, isAllowed: Bool
  ) -> Limit {
    let attribute = ExtendedAttribute(name: name, value: [UInt8](repeating: 1, count: count))
    return Limit("attribute \(name) of \(count) bytes", isAllowed: isAllowed) {
      $0.add(
        "file", to: $0.root, attributes: Attributes(mode: 0o644, xattrs: [attribute]), kind: .fifo)
    }
  }

  static let all: [Limit] = [
    named(ByteString(repeatElement(110, count: 256)), isAllowed: true),
    named(ByteString(repeatElement(110, count: 257)), isAllowed: false),
    named("", isAllowed: false), named(".", isAllowed: false), named("..", isAllowed: false),
    named("a/b", isAllowed: false), named(ByteString([97, 0, 98]), isAllowed: false),
    link(1, isAllowed: true), link(4095, isAllowed: true), link(4096, isAllowed: false),
    link(0, isAllowed: false),
    kind("a zero in a target", isAllowed: false, .symbolicLink(ByteString([97, 0, 98]))),
    kind(
      "the largest device", isAllowed: true, .blockDevice(.init(major: 4095, minor: 1_048_575))),
    kind("a large major", isAllowed: false, .blockDevice(.init(major: 4096, minor: 0))),
    kind("a large minor", isAllowed: false, .characterDevice(.init(major: 0, minor: 1_048_576))),
    owners(65_535, isAllowed: true), owners(65_536, isAllowed: false),
    xattr("user.a", 65_536, isAllowed: true), xattr("user.a", 65_537, isAllowed: false),
    xattr("trusted.a", 0, isAllowed: true), xattr("security.a", 1, isAllowed: true),
    xattr("system.posix_acl_access", 1, isAllowed: false), xattr("user.", 1, isAllowed: false),
    xattr("user", 1, isAllowed: false), xattr("", 1, isAllowed: false),
    xattr(ByteString(Array("user.".utf8) + [0]), 1, isAllowed: false),
    xattr(ByteString(Array("user.".utf8) + repeatElement(97, count: 250)), 1, isAllowed: true),
    xattr(ByteString(Array("user.".utf8) + repeatElement(97, count: 251)), 1, isAllowed: false),
  ]
}

@Suite("Trees that SquashFS cannot hold")
struct RefusedTreeTests {
  @Test("what is beyond a limit is refused, what is within can be read", arguments: Limit.all)
  func limit(_ limit: Limit) throws {
    var image = try SampleImage()
    limit.fill(&image.tree)
    let metadata: Metadata
    do throws(SquashFSError) {
      metadata = try MetadataWriter.write(
        tree: image.tree, layout: BlobLayout(), parameters: image.parameters)
    } catch {
      #expect(!limit.isAllowed, "\(error)")
      guard case .notRepresentable = error else { throw error }
      return
    }
    #expect(limit.isAllowed)
    let volume = try Volume(ArrayBlob(bytes: metadata.head + metadata.tail))
    #expect(try volume.dump() == image.tree.dump())
  }

  @Test("a block size that is no power of two from 4 KiB to 1 MiB is refused")
  func blockSizes() throws {
    for size: UInt32 in [0, 1, 2048, 4095, 12_288, 2_097_152, .max] {
      #expect(throws: SquashFSError.self) {
        try VolumeParameters(blockSize: size, compressor: .zstd, level: 3)
      }
    }
    for shift in 12...20 {
      _ = try VolumeParameters(blockSize: 1 << shift, compressor: .zstd, level: 3)
    }
  }

  @Test(
    "a compressor or level that cannot be written is refused",
    arguments: [(Compressor.lzo, 1), (.lzma, 1), (.zstd, 0), (.gzip, 10), (.lz4, -1)])
  func compressor(_ compressor: Compressor, _ level: Int) throws {
    let parameters = try VolumeParameters(blockSize: 4096, compressor: compressor, level: level)
    let error = #expect(throws: SquashFSError.self) {
      try MetadataWriter.write(tree: FileTree(), layout: BlobLayout(), parameters: parameters)
    }
    guard case .notRepresentable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
