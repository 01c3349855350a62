internal import Compression
public import FUSE
internal import Failures
public import ImageTree
public import Linux
public import SquashFS
public import SystemPackage

/// An ordinary SquashFS file on disk, as a volume with its content.
///
/// Blocks are read with one pread(2) each and kept decompressed in a cache of their own.
public final class SquashFSFile: Sendable {
  /// The metadata.
  public let volume: Volume
  private let file: FileBlob
  private let decompressor: BlockDecompressor
  private let cache: BlockCache<UInt64>

  /// Opens a file and reads its metadata.
  ///
  /// - Parameter cacheSize: How many bytes of decompressed blocks to keep.
  /// - Throws: `SystemError`, or `Failure` for a file that is no sound SquashFS file system.
  public init(_ path: FilePath, cacheSize: Int = 64 << 20) throws {
    file = try FileBlob(path)
    do throws(SquashFSError) {
      volume = try Volume(file)
    } catch {
      throw Failure(
        .imageInvalid, "\(path) cannot be read as SquashFS", cause: error.failure.sentence,
        nextStep: "Check that it is a complete SquashFS file")
    }
    decompressor = BlockDecompressor(volume.superblock.compressor)
    cache = BlockCache(limit: cacheSize)
  }

  private func content(
    at offset: UInt64, storedSize: Int, isCompressed: Bool, size: Int
  ) throws(Errno) -> SharedBuffer {
    try cache.block(offset) { () throws(Errno) in
      let stored = try SharedBuffer(capacity: storedSize) { (span) throws(Errno) in
        do throws(SquashFSError) { try file.read(at: offset, into: &span) } catch {
          throw .ioError
        }
        return storedSize
      }
      guard isCompressed else { return stored }
      return try stored.withBytes { (input) throws(Errno) in
        try SharedBuffer(capacity: size) { (output) throws(Errno) in
          do throws(CompressionError) {
            return try decompressor.decompress(input, into: &output)
          } catch {
            throw .ioError
          }
        }
      }
    }
  }
}

extension SquashFSFile: VolumeContent {
  /// The content of a data block; see ``ImageTree/VolumeContent``.
  public func content(of block: StoredBlock) throws(Errno) -> SharedBuffer {
    let buffer = try content(
      at: block.offset, storedSize: Int(block.storedSize), isCompressed: block.isCompressed,
      size: Int(block.size))
    guard buffer.count == Int(block.size) else { throw .ioError }
    return buffer
  }

  /// Appends bytes of a fragment block's content; see ``ImageTree/VolumeContent``.
  public func append(
    fragment: UInt32, _ range: Range<Int>, to reply: inout ReadReply
  ) throws(Errno) {
    guard case .stored(let block)? = try? volume.fragment(fragment) else { throw .ioError }
    let buffer = try content(
      at: block.offset, storedSize: Int(block.storedSize), isCompressed: block.isCompressed,
      size: Int(block.size))
    guard range.upperBound <= buffer.count else { throw .ioError }
    reply.append(buffer, range)
  }
}

/// A file on disk as a blob.
final class FileBlob: Blob {
  private let descriptor: OwnedDescriptor
  let size: UInt64

  init(_ path: FilePath) throws(SystemError) {
    descriptor = try OwnedDescriptor(opening: path)
    size = try descriptor.status().size
  }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError) {
    let wanted = UInt64(buffer.byteCount)
    let count: Int
    do throws(SystemError) {
      count = try descriptor.readFully(into: &buffer, at: offset)
    } catch {
      throw .readFailed("\(error)")
    }
    guard UInt64(count) == wanted else {
      throw .truncated(needed: offset + wanted, available: size)
    }
  }
}
