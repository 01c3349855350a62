internal import FUSE
internal import Linux
internal import SquashFS
internal import SystemPackage

/// An inode of a volume; SystemPackage has a type of the same name.
typealias Inode = SquashFS.Inode

/// Reads bytes of a volume's regular files.
struct VolumeReader: Sendable {
  let volume: Volume
  let content: any VolumeContent
  /// What may have the bytes of an image that starts.
  var start: (any ImageStart)?

  /// Bytes of a file: as many as asked for, fewer at its end.
  func read(_ inode: Inode, at offset: UInt64, count: Int) throws(Errno) -> ReadReply {
    guard case .regular(let file) = inode.kind else { throw .invalidArgument }
    var reply = ReadReply()
    guard offset < file.size else { return reply }
    let end = offset + min(UInt64(count), file.size - offset)
    if let ready = start?.read(inode.position, offset..<end) { return ready }
    let blockSize = UInt64(volume.superblock.blockSize)
    var position = offset
    while position < end {
      let number = position / blockSize
      let stop = min(end, (number + 1) * blockSize)
      let start = Int(position - number * blockSize)
      try appendBlock(
        Int(number), of: inode, file, start..<start + Int(stop - position), to: &reply)
      position = stop
    }
    return reply
  }

  private func appendBlock(
    _ number: Int, of inode: Inode, _ file: Inode.File, _ range: Range<Int>,
    to reply: inout ReadReply
  ) throws(Errno) {
    if number >= Int(file.blockCount) {
      guard let tail = try checked({ () throws(SquashFSError) in try volume.tail(of: inode) })
      else { throw .ioError }
      let start = Int(tail.offset)
      return try content.append(
        fragment: tail.fragment, start + range.lowerBound..<start + range.upperBound, to: &reply)
    }
    switch try checked({ () throws(SquashFSError) in try volume.block(number, of: inode) }) {
    case .hole:
      reply.appendZeros(range.count)
    case .stored(let block):
      let buffer = try content.content(of: block)
      guard range.upperBound <= buffer.count else { throw .ioError }
      reply.append(buffer, range)
      offerRest(of: buffer, beside: range, of: number, file, to: &reply)
    }
  }

  /// Offers what a block has besides: it was decompressed for few of its bytes.
  private func offerRest(
    of buffer: SharedBuffer, beside range: Range<Int>, of number: Int, _ file: Inode.File,
    to reply: inout ReadReply
  ) {
    guard range.count < buffer.count else { return }
    let start = UInt64(number) * UInt64(volume.superblock.blockSize)
    reply.offer(buffer, 0..<range.lowerBound, at: start, reachesEnd: false)
    reply.offer(
      buffer, range.upperBound..<buffer.count, at: start + UInt64(range.upperBound),
      reachesEnd: start + UInt64(buffer.count) == file.size)
  }
}

/// Runs a question to a volume; whatever it says of damaged metadata is `EIO` to a reader.
@inline(__always)
func checked<Result>(_ body: () throws(SquashFSError) -> Result) throws(Errno) -> Result {
  do { return try body() } catch { throw .ioError }
}
