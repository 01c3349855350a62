internal import CFuse
internal import Glibc
internal import Linux
internal import SystemPackage

/// Zeros for the holes of files, sent as often as needed.
private let zeros = SharedBuffer(capacity: 1 << 17) { span in
  _ = span.withUnsafeMutableBytes { $0.initializeMemory(as: UInt8.self, repeating: 0) }
  return 1 << 17
}

extension Request {
  /// The most pieces that go out as they are; the kernel takes 1,024 and libfuse adds its own.
  private static let pieceLimit = 512

  /// Answers a read with at most `limit` bytes, from where they lie.
  func reply(_ reply: ReadReply, limit: Int) {
    guard let first = reply.first else { return self.reply(RawSpan()) }
    if reply.rest.isEmpty, case .bytes(let buffer, let offset, let count) = first {
      return buffer.withBytes { self.reply($0.extracting(offset..<offset + min(count, limit))) }
    }
    let pieces = Self.pieceCount(first) + reply.rest.reduce(0) { $0 + Self.pieceCount($1) }
    if pieces > Self.pieceLimit {
      replyWithCopy(reply, limit: limit)
    } else {
      withUnsafeTemporaryAllocation(of: iovec.self, capacity: pieces) { vector in
        let used = Self.fill(vector, first, reply.rest, limit: limit)
        withExtendedLifetime(reply) {
          _ = fuse_reply_iov(pointer, vector.baseAddress, Int32(used))
        }
      }
    }
  }

  private static func pieceCount(_ segment: ReadReply.Segment) -> Int {
    switch segment {
    case .bytes: 1
    case .zeros(let count): (count - 1) / zeros.count + 1
    }
  }

  /// Writes pointers to the segments' bytes; the segments must outlive the pointers.
  private static func fill(
    _ vector: UnsafeMutableBufferPointer<iovec>, _ first: ReadReply.Segment,
    _ rest: [ReadReply.Segment], limit: Int
  ) -> Int {
    var used = 0
    var left = limit
    func add(_ buffer: SharedBuffer, _ offset: Int, _ count: Int) {
      let count = min(count, left)
      guard count > 0 else { return }
      let start = buffer.withBytes { $0.withUnsafeBytes { $0.baseAddress } }
      vector[used] = iovec(
        iov_base: UnsafeMutableRawPointer(mutating: start)?.advanced(by: offset), iov_len: count)
      used += 1
      left -= count
    }
    func add(_ segment: ReadReply.Segment) {
      switch segment {
      case .bytes(let buffer, let offset, let count): add(buffer, offset, count)
      case .zeros(var count):
        while count > 0 {
          add(zeros, 0, min(count, zeros.count))
          count -= zeros.count
        }
      }
    }
    add(first)
    for segment in rest { add(segment) }
    return used
  }

  /// Answers with a copy, for replies in more pieces than one system call takes.
  private func replyWithCopy(_ reply: ReadReply, limit: Int) {
    let size = min(reply.count, limit)
    withUnsafeTemporaryAllocation(byteCount: size, alignment: 16) { copy in
      var done = 0
      for segment in [reply.first].compactMap({ $0 }) + reply.rest where done < size {
        let count = min(segment.count, size - done)
        let place = UnsafeMutableRawBufferPointer(rebasing: copy[done..<done + count])
        switch segment {
        case .zeros: place.initializeMemory(as: UInt8.self, repeating: 0)
        case .bytes(let buffer, let offset, _):
          buffer.withBytes { bytes in
            bytes.extracting(offset..<offset + count).withUnsafeBytes { place.copyMemory(from: $0) }
          }
        }
        done += count
      }
      self.reply(UnsafeRawBufferPointer(copy).bytes)
    }
  }
}
