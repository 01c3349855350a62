import Glibc
import SquashFS

/// A blob in memory.
struct ArrayBlob: Blob {
  let bytes: [UInt8]
  var size: UInt64 { UInt64(bytes.count) }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError) {
    let wanted = buffer.byteCount
    guard offset <= size, UInt64(wanted) <= size - offset else {
      throw .truncated(needed: offset &+ UInt64(wanted), available: size)
    }
    buffer.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes { source in
        let range = Int(offset)..<Int(offset) + wanted
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: source[range]))
      }
    }
  }
}

/// A blob in a file; open for the life of the object.
final class OpenFileBlob: Blob {
  private let descriptor: Int32
  let size: UInt64

  init(_ path: String) throws(SquashFSError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .readFailed("open \(path): errno \(errno)") }
    size = UInt64(lseek(descriptor, 0, SEEK_END))
  }

  deinit { close(descriptor) }

  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError) {
    let descriptor = descriptor
    let (wanted, done) = buffer.withUnsafeMutableBytes { target in
      var done = 0
      while done < target.count {
        let start = target.baseAddress.map { $0 + done }
        let count = pread(descriptor, start, target.count - done, off_t(offset) + off_t(done))
        guard count > 0 else { break }
        done += count
      }
      return (target.count, done)
    }
    guard done == wanted else { throw .truncated(needed: offset + UInt64(wanted), available: size) }
  }
}

/// A blob that fails to be read, or counts how it is read.
final class BrokenBlob: Blob {
  let size: UInt64 = 1 << 20
  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError) {
    throw .readFailed("the disk is gone")
  }
}
