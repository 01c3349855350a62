internal import Linux

extension ReadReply {
  /// The bytes of the reply, copied together: for readers that are not the kernel.
  public func copied() -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(count)
    for segment in [first].compactMap({ $0 }) + rest {
      switch segment {
      case .zeros(let count):
        bytes.append(contentsOf: repeatElement(0, count: count))
      case .bytes(let buffer, let offset, let count):
        buffer.withBytes { span in
          span.extracting(offset..<offset + count).withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
      }
    }
    return bytes
  }
}
