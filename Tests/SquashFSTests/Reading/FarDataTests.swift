import SquashFS
import Testing

/// An image whose bytes behind the superblock all lie 6 GiB further behind, without taking memory.
private struct ShiftedBlob: Blob {
  static let shift: UInt64 = 6 << 30
  let bytes: [UInt8]
  var size: UInt64 { UInt64(bytes.count) + Self.shift }

  /// Changes every address of an image without compressed metadata.
  init(_ image: PatchableImage) throws {
    var image = image
    let superblock = image.volume.superblock
    let lists = [
      superblock.idTable, superblock.fragmentTable, superblock.exportTable,
      superblock.xattrTable + 16, superblock.xattrTable,
    ]
    for list in lists { image.move(Int(list)) }
    let fragments = image.word64(Int(superblock.fragmentTable)) - Self.shift
    for index in 0..<Int(superblock.fragmentCount) { image.move(Int(fragments) + 2 + index * 16) }
    // An extended inode has 64 bits for the start of its blocks.
    image.move(try image.inode("blocks") + 16)
    for offset in [40, 48, 56, 64, 72, 80, 88] { image.move(offset) }
    bytes = image.bytes
  }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError) {
    let isFront = offset < Superblock.byteCount
    guard isFront || offset >= Self.shift else { throw .readFailed("nothing is there") }
    try ArrayBlob(bytes: bytes).read(at: isFront ? offset : offset - Self.shift, into: &buffer)
  }
}

extension PatchableImage {
  fileprivate func word64(_ offset: Int) -> UInt64 {
    (0..<8).reduce(0) { $0 | UInt64(bytes[offset + $1]) << UInt64($1 * 8) }
  }

  fileprivate mutating func move(_ offset: Int) {
    put(word64(offset) + ShiftedBlob.shift, at: offset)
  }
}

@Suite("Data and tables behind 4 GiB")
struct FarDataTests {
  @Test("are found where the image says")
  func far() throws {
    let image = try PatchableImage()
    let blob = try ShiftedBlob(image)
    let volume = try Volume(blob)
    #expect(volume.superblock.bytesUsed > 6 << 30)
    let near = ArrayBlob(bytes: image.bytes)
    for path in ["blocks", "hello"] {
      var expected = [UInt8](repeating: 0, count: 10_000)
      var found = expected
      let count = try BlockReader(image.volume, near)
        .read(image.volume.find(path), at: 0, into: &expected)
      #expect(
        try BlockReader(volume, blob).read(volume.find(path), at: 0, into: &found) == count)
      #expect(found == expected)
    }
    guard case .stored(let block) = try volume.block(1, of: volume.find("blocks")) else {
      Issue.record("the block is stored")
      return
    }
    #expect(block.offset > 6 << 30)
  }
}
