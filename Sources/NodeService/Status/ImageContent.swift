internal import ImageTree
internal import Linux
internal import Store
internal import SystemPackage

/// What a node reads of a store for one image, counted as that image's start.
final class ImageContent: ContentSource {
  private let base: any ContentSource
  private let start: StartMeter
  private let starts: ImageStarts

  init(_ base: any ContentSource, _ start: StartMeter, of starts: ImageStarts) {
    self.base = base
    self.start = start
    self.starts = starts
  }

  func object(of record: ImageRecord) throws(Errno) -> ImageObject {
    do throws(Errno) {
      return try ThreadPurpose.with(start) { () throws(Errno) in try base.object(of: record) }
    } catch {
      starts.cancel(start)
      throw error
    }
  }

  func content(
    of block: BlockRecord, at location: BlockLocation, parameters: StoreParameters
  ) throws(Errno) -> SharedBuffer {
    try ThreadPurpose.with(start) { () throws(Errno) in
      try base.content(of: block, at: location, parameters: parameters)
    }
  }

  func storedBytes(
    of block: BlockRecord, at location: BlockLocation
  ) throws(Errno) -> SharedBuffer {
    try ThreadPurpose.with(start) { () throws(Errno) in
      try base.storedBytes(of: block, at: location)
    }
  }

  func storedForm(
    of content: [UInt8], parameters: StoreParameters
  ) throws(Errno) -> BlockEncoder.Block {
    try base.storedForm(of: content, parameters: parameters)
  }
}
