internal import Compression
internal import Digests
public import ImageTree
public import Linux
public import Store
internal import Synchronization
public import SystemPackage

/// What a sample store can be asked for.
public enum SampleRequest: Hashable, Sendable {
  /// An image object.
  case object
  /// The content of a block.
  case content
  /// The stored bytes of a block.
  case storedBytes
}

extension SampleStore: ContentSource {
  /// How often something was asked for.
  public func count(_ request: SampleRequest) -> Int {
    state.withLock { $0.counts[request] ?? 0 }
  }

  /// Lets requests of a kind fail with `EIO`, or succeed again.
  public func fail(_ request: SampleRequest, _ fails: Bool = true) {
    state.withLock { state in
      if fails { state.failing.insert(request) } else { state.failing.remove(request) }
    }
  }

  private func answer(_ request: SampleRequest) throws(Errno) {
    let fails = state.withLock { state in
      state.counts[request, default: 0] += 1
      return state.failing.contains(request)
    }
    if fails { throw .ioError }
  }

  /// See ``ImageTree/ContentSource``.
  public func object(of record: ImageRecord) throws(Errno) -> ImageObject {
    try answer(.object)
    guard let object = state.withLock({ $0.objects[record.object] }) else {
      throw .noSuchFileOrDirectory
    }
    return object
  }

  /// See ``ImageTree/ContentSource``.
  public func content(
    of block: BlockRecord, at location: BlockLocation, parameters: StoreParameters
  ) throws(Errno) -> SharedBuffer {
    try answer(.content)
    let stored = try find(block, location)
    guard stored.record.storedSize.isCompressed else {
      return SharedBuffer(copying: stored.bytes.span.bytes)
    }
    return try SharedBuffer(capacity: Int(block.size)) { (output) throws(Errno) in
      do throws(CompressionError) {
        let decompressor = BlockDecompressor(parameters.compressor)
        return try decompressor.decompress(stored.bytes.span.bytes, into: &output)
      } catch {
        throw .ioError
      }
    }
  }

  /// See ``ImageTree/ContentSource``.
  public func storedBytes(
    of block: BlockRecord, at location: BlockLocation
  ) throws(Errno) -> SharedBuffer {
    try answer(.storedBytes)
    let bytes = try find(block, location).bytes
    return SharedBuffer(copying: bytes.span.bytes)
  }

  /// See ``ImageTree/ContentSource``.
  public func storedForm(
    of content: [UInt8], parameters: StoreParameters
  ) throws(Errno) -> BlockEncoder.Block {
    encoder.encode(content)
  }

  private func find(_ block: BlockRecord, _ location: BlockLocation) throws(Errno) -> Stored {
    let found = state.withLock { $0.blocks[block.content] }
    guard let found, found.record == block, found.location == location else {
      throw .noSuchFileOrDirectory
    }
    return found
  }
}
