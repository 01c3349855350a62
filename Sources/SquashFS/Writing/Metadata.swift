/// What makes a data area a SquashFS file system: the bytes before it and the bytes after it.
public struct Metadata: Hashable, Sendable {
  /// The superblock and the compressor's options: the blob's bytes before the data area.
  public let head: [UInt8]
  /// The tables and padding: the blob's bytes from the end of the data area to its own end.
  ///
  /// The size of the blob is a multiple of 4 KiB, without which Linux refuses to mount it from a
  /// loop device.
  public let tail: [UInt8]

  /// Makes metadata from its parts.
  public init(head: [UInt8], tail: [UInt8]) {
    self.head = head
    self.tail = tail
  }
}
