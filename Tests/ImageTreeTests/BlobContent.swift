import Compression
import FUSE
import ImageTree
import Linux
import SquashFS
import SystemPackage

/// A SquashFS file in memory.
struct MemoryBlob: Blob {
  let bytes: [UInt8]

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var size: UInt64 { UInt64(bytes.count) }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError) {
    let end = offset + UInt64(buffer.byteCount)
    guard end <= size else { throw .truncated(needed: end, available: size) }
    for index in 0..<buffer.byteCount {
      buffer.storeBytes(of: bytes[Int(offset) + index], toByteOffset: index, as: UInt8.self)
    }
  }
}

/// The content of such a file: what any SquashFS reader sees.
struct BlobContent: VolumeContent {
  private let volume: Volume
  private let blob: MemoryBlob
  private let decompressor: BlockDecompressor

  init(_ volume: Volume, _ blob: MemoryBlob) {
    self.volume = volume
    self.blob = blob
    decompressor = BlockDecompressor(volume.superblock.compressor)
  }

  func content(of block: StoredBlock) throws(Errno) -> SharedBuffer {
    let start = Int(block.offset)
    let stored = Array(blob.bytes[start..<start + Int(block.storedSize)])
    guard block.isCompressed else { return SharedBuffer(copying: stored.span.bytes) }
    return try SharedBuffer(capacity: Int(block.size)) { (output) throws(Errno) in
      do throws(CompressionError) {
        return try decompressor.decompress(stored.span.bytes, into: &output)
      } catch {
        throw .ioError
      }
    }
  }

  func append(
    fragment: UInt32, _ range: Range<Int>, to reply: inout ReadReply
  ) throws(Errno) {
    guard case .stored(let block)? = try? volume.fragment(fragment) else { throw .ioError }
    reply.append(try content(of: block), range)
  }
}
