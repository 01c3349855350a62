internal import CLinux

/// A pipe(2), both ends owned and close-on-exec.
struct Pipe: ~Copyable, Sendable {
  /// Where bytes come out.
  let readEnd: OwnedDescriptor
  /// Where bytes go in.
  let writeEnd: OwnedDescriptor

  /// Makes a pipe.
  init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    _ = try retrying("pipe", nil) { firn_pipe(&ends) }
    readEnd = OwnedDescriptor(owning: ends[0])
    writeEnd = OwnedDescriptor(owning: ends[1])
  }

  /// Gives up the writing end and leaves the reading one.
  consuming func closingWriteEnd() -> OwnedDescriptor { readEnd }
}

extension OwnedDescriptor {
  /// Reads from the current position until the end, for pipes and sockets.
  borrowing func readToEnd() throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      var span = buffer.mutableSpan
      var raw = span.mutableBytes
      let count = try readNext(into: &raw)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }
}
