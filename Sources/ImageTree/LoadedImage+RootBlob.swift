internal import Digests
public import FUSE
internal import Linux
internal import Store
public import SystemPackage

extension LoadedImage {
  /// Where the data area of the root blob ends.
  private var dataEnd: UInt64 { offsets[offsets.count - 1] }

  /// The size of the root blob in bytes, a multiple of 4,096.
  public var rootBlobSize: UInt64 { dataEnd + UInt64(object.tail.count) }

  /// Bytes of the root blob, a whole SquashFS file; fewer than asked for only at its end.
  public func readRootBlob(at offset: UInt64, count: Int) throws(Errno) -> ReadReply {
    var reply = ReadReply()
    guard offset < rootBlobSize else { return reply }
    let end = offset + min(UInt64(count), rootBlobSize - offset)
    var position = offset
    while position < end {
      position += UInt64(try appendRootBlob(from: position, to: end, &reply))
    }
    return reply
  }

  /// Appends what one part of the blob gives of a range; returns how many bytes that was.
  private func appendRootBlob(
    from position: UInt64, to end: UInt64, _ reply: inout ReadReply
  ) throws(Errno) -> Int {
    let part: (buffer: SharedBuffer, start: UInt64)
    if position < offsets[0] {
      part = (Self.copy(object.head[...]), 0)
    } else if position >= dataEnd {
      let skipped = position - dataEnd
      let stop = Int(min(end - dataEnd, UInt64(object.tail.count)))
      part = (Self.copy(object.tail[Int(skipped)..<stop]), position)
    } else {
      guard let index = extent(holding: position) else { throw .ioError }
      part = (try storedBytes(of: object.extents[index]), offsets[index])
    }
    let from = Int(position - part.start)
    let to = Int(min(end - part.start, UInt64(part.buffer.count)))
    guard from < to else { throw .ioError }
    reply.append(part.buffer, from..<to)
    return to - from
  }

  private static func copy(_ bytes: ArraySlice<UInt8>) -> SharedBuffer {
    SharedBuffer(copying: bytes.span.bytes)
  }

  /// The stored bytes of an extent; those of a fragment block that is not stored as such are made
  /// again, and must be what they were at import.
  func storedBytes(of extent: Extent) throws(Errno) -> SharedBuffer {
    switch extent {
    case .block(let index):
      return try storedBytes(ofBlock: index)
    case .fragment(let index):
      let fragment = object.fragments[Int(index)]
      if let whole = fragment.wholeBlock(in: object.blocks.lazy.map(\.record)) {
        return try storedBytes(ofBlock: whole)
      }
      return try canonicalForm(of: fragment, number: index)
    }
  }

  private func storedBytes(ofBlock index: UInt32) throws(Errno) -> SharedBuffer {
    guard Int(index) < object.blocks.count else { throw .ioError }
    let block = object.blocks[Int(index)]
    return try source.storedBytes(of: block.record, at: object.location(of: block))
  }

  private func canonicalForm(
    of fragment: FragmentBlock, number: UInt32
  ) throws(Errno) -> SharedBuffer {
    var content = ReadReply()
    try append(fragment: number, 0..<Int(fragment.size), to: &content)
    let form = try source.storedForm(of: content.copied(), parameters: object.parameters)
    let stored = form.bytes
    guard Checksum.of(stored.span.bytes) == fragment.checksum else { throw .ioError }
    return SharedBuffer(copying: stored.span.bytes)
  }
}
