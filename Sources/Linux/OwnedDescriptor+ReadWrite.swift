internal import Glibc

extension OwnedDescriptor {
  /// Reads at most as many bytes as fit, at an offset (pread(2)).
  ///
  /// - Returns: How many bytes were read; 0 means the end of the file.
  public borrowing func read(
    into buffer: inout MutableRawSpan, at offset: UInt64
  ) throws(SystemError) -> Int {
    let number = rawValue
    return try retrying("pread", path) {
      buffer.withUnsafeMutableBytes { pread(number, $0.baseAddress, $0.count, off_t(offset)) }
    }
  }

  /// Fills the buffer from an offset on, or up to the end of the file.
  ///
  /// - Returns: How many bytes were read; fewer than fit only at the end of the file.
  public borrowing func readFully(
    into buffer: inout MutableRawSpan, at offset: UInt64
  ) throws(SystemError) -> Int {
    let number = rawValue
    let total = buffer.byteCount
    var done = 0
    while done < total {
      let start = done
      let count = try retrying("pread", path) {
        buffer.withUnsafeMutableBytes {
          pread(number, $0.baseAddress?.advanced(by: start), total - start, off_t(offset) + start)
        }
      }
      if count == 0 { break }
      done += count
    }
    return done
  }

  /// Reads `count` bytes at an offset; the result is shorter only at the end of the file.
  public borrowing func readBytes(
    at offset: UInt64, count: Int
  ) throws(SystemError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    let read = try readFully(into: &raw, at: offset)
    if read < count { bytes.removeSubrange(read...) }
    return bytes
  }

  /// Reads from the current position, for pipes and sockets (read(2)).
  ///
  /// - Returns: How many bytes were read; 0 means the end.
  public borrowing func readNext(into buffer: inout MutableRawSpan) throws(SystemError) -> Int {
    let number = rawValue
    return try retrying("read", path) {
      buffer.withUnsafeMutableBytes { Glibc.read(number, $0.baseAddress, $0.count) }
    }
  }

  /// Writes all bytes at the current position (write(2)).
  public borrowing func writeAll(_ bytes: RawSpan) throws(SystemError) {
    let number = rawValue
    var done = 0
    while done < bytes.byteCount {
      let start = done
      done += try retrying("write", path) {
        bytes.withUnsafeBytes {
          Glibc.write(number, $0.baseAddress?.advanced(by: start), $0.count - start)
        }
      }
    }
  }

  /// Writes all bytes at an offset (pwrite(2)).
  public borrowing func writeAll(_ bytes: RawSpan, at offset: UInt64) throws(SystemError) {
    let number = rawValue
    var done = 0
    while done < bytes.byteCount {
      let start = done
      done += try retrying("pwrite", path) {
        bytes.withUnsafeBytes {
          pwrite(
            number, $0.baseAddress?.advanced(by: start), $0.count - start, off_t(offset) + start)
        }
      }
    }
  }

  /// Makes the file end at an offset (ftruncate(2)).
  public borrowing func truncate(to size: UInt64) throws(SystemError) {
    let number = rawValue
    _ = try retrying("ftruncate", path) { ftruncate(number, off_t(size)) }
  }

  /// Makes what was written durable (fsync(2)).
  public borrowing func synchronize() throws(SystemError) {
    let number = rawValue
    _ = try retrying("fsync", path) { fsync(number) }
  }
}
