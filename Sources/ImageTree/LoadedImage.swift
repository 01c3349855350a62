public import FUSE
public import Linux
public import SquashFS
public import Store
public import SystemPackage

/// An image whose object has been read: its volume, and where the volume's data lies in packs.
///
/// Safe to use from any number of threads.
public final class LoadedImage: Sendable {
  /// The object as the store has it.
  public let object: ImageObject
  /// The metadata of the root file system.
  public let volume: Volume
  let source: any ContentSource
  /// The offset in the root blob of each extent, and behind the last the end of the data area.
  let offsets: [UInt64]

  /// Opens the volume of an object.
  ///
  /// - Throws: What the volume says of damaged metadata.
  public init(_ object: ImageObject, source: any ContentSource) throws(SquashFSError) {
    self.object = object
    self.source = source
    volume = try Volume(ObjectBlob(object))
    var offsets = [UInt64(object.head.count)]
    offsets.reserveCapacity(object.extents.count + 1)
    for extent in object.extents {
      offsets.append(offsets[offsets.count - 1] + UInt64(object.storedByteCount(of: extent)))
    }
    self.offsets = offsets
  }

  /// About how many bytes of memory it takes.
  var byteCount: Int {
    let documents = object.documents.values.reduce(0) { $0 + $1.count }
    return object.head.count + object.tail.count + documents + volume.metadataByteCount
      + object.blocks.count * MemoryLayout<ImageObject.Block>.stride
      + object.extents.count * (MemoryLayout<Extent>.stride + 8)
      + object.fragments.count * 256
  }

  /// The index of the extent that holds a byte of the data area.
  func extent(holding offset: UInt64) -> Int? {
    guard offset >= offsets[0], offset < offsets[offsets.count - 1] else { return nil }
    var low = 0
    var high = object.extents.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }

  /// The content of a block of the object.
  func content(ofBlock index: UInt32) throws(Errno) -> SharedBuffer {
    guard Int(index) < object.blocks.count else { throw .ioError }
    let block = object.blocks[Int(index)]
    return try source.content(
      of: block.record, at: object.location(of: block), parameters: object.parameters)
  }
}

extension LoadedImage: VolumeContent {
  /// The content of a data block; see ``VolumeContent``.
  public func content(of block: SquashFS.StoredBlock) throws(Errno) -> SharedBuffer {
    guard let index = extent(holding: block.offset), offsets[index] == block.offset,
      case .block(let number) = object.extents[index]
    else { throw .ioError }
    return try content(ofBlock: number)
  }

  /// Appends bytes of a fragment block's content; see ``VolumeContent``.
  public func append(
    fragment: UInt32, _ range: Range<Int>, to reply: inout ReadReply
  ) throws(Errno) {
    guard Int(fragment) < object.fragments.count,
      range.upperBound <= Int(object.fragments[Int(fragment)].size)
    else { throw .ioError }
    var start = 0
    for piece in object.fragments[Int(fragment)].pieces where start < range.upperBound {
      let end = start + Int(piece.length)
      if end > range.lowerBound {
        let from = Int(piece.offset) + max(range.lowerBound - start, 0)
        let to = Int(piece.offset) + min(range.upperBound, end) - start
        let buffer = try content(ofBlock: piece.block)
        guard to <= buffer.count else { throw .ioError }
        reply.append(buffer, from..<to)
      }
      start = end
    }
  }
}
