import Compression
import SquashFS
import Testing

@Suite("Superblock")
struct SuperblockTests {
  private let image: [UInt8]
  init() throws { image = try TinyImage.make("-comp zstd -b 64K") }

  private func parse(_ change: (inout [UInt8]) -> Void = { _ in }) throws(SquashFSError)
    -> Superblock
  {
    var bytes = image
    change(&bytes)
    return try Superblock(reading: ArrayBlob(bytes: bytes))
  }

  @Test("what mksquashfs was told is what is read")
  func fields() throws {
    let superblock = try parse()
    #expect(superblock.blockSize == 65536)
    #expect(superblock.compressor == .zstd)
    #expect(superblock.modificationTime == 1000)
    #expect(superblock.bytesUsed == UInt64(image.count))
    #expect(superblock.flags.contains([.exportable, .deduplicated]))
    #expect(!superblock.flags.contains(.noXattrs))
    #expect(superblock.inodeCount == 54)
    #expect(superblock.xattrTable < superblock.bytesUsed)
  }

  @Test("other files are not SquashFS", arguments: [0, 3, 4, 95, 96, 4096])
  func magic(count: Int) {
    #expect(throws: SquashFSError.notSquashFS) {
      try Superblock(reading: ArrayBlob(bytes: Array(repeating: 0x41, count: count)))
    }
  }

  @Test("a superblock that is cut off is refused", arguments: [4, 5, 60, 95])
  func short(count: Int) {
    #expect(throws: SquashFSError.truncated(needed: 96, available: UInt64(count))) {
      try Superblock(reading: ArrayBlob(bytes: Array(image[..<count])))
    }
  }

  @Test("an image that is cut off is refused")
  func cutOff() {
    let count = UInt64(image.count)
    #expect(throws: SquashFSError.truncated(needed: count, available: count - 1)) {
      try parse { $0.removeLast() }
    }
  }

  @Test("padding behind the image is fine")
  func padding() throws {
    #expect(try parse { $0 += Array(repeating: 0, count: 10_000) } == parse())
  }

  @Test("other versions and compressors are named")
  func unsupported() {
    #expect(throws: SquashFSError.unsupportedVersion(major: 3, minor: 1)) {
      try parse { ($0[28], $0[30]) = (3, 1) }
    }
    #expect(throws: SquashFSError.unsupportedCompressor(7)) { try parse { $0[20] = 7 } }
    #expect(throws: SquashFSError.unsupportedCompressor(0)) { try parse { $0[20] = 0 } }
  }

  @Test("the block size and its logarithm must agree and be allowed")
  func blockSize() {
    let wrong: [(size: [UInt8], logarithm: UInt8)] = [
      ([0, 0, 1, 0], 15), ([0, 0, 1, 0], 200), ([0, 8, 0, 0], 11), ([0, 0, 32, 0], 21),
      ([1, 0, 1, 0], 16), ([0, 0, 0, 0], 0),
    ]
    for (size, logarithm) in wrong {
      #expect(throws: SquashFSError.corrupt(.superblock, .badSize)) {
        try parse {
          $0.replaceSubrange(12..<16, with: size)
          $0[22] = logarithm
        }
      }
    }
  }

  @Test("tables must lie in order and inside", arguments: [48, 56, 64, 72, 88])
  func tables(offset: Int) {
    let values: [UInt8: SquashFSError.Defect] = [0xFE: .outOfBounds, 0: .outOfBounds]
    for (value, defect) in values {
      #expect(throws: SquashFSError.corrupt(.superblock, defect)) {
        try parse { for index in 0..<8 { $0[offset + index] = value } }
      }
    }
  }

  @Test("there is always an inode and an id", arguments: [(4, 4), (26, 2)])
  func counts(offset: Int, size: Int) {
    #expect(throws: SquashFSError.corrupt(.superblock, .badValue)) {
      try parse { for index in 0..<size { $0[offset + index] = 0 } }
    }
  }
}
