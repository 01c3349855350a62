internal import ImageTree
internal import Linux
internal import Store
internal import SystemPackage

/// What a node reads of a store for one image, counted as that image's start.
final class ImageContent: ContentSource {
  private let base: StoreContent
  private let start: ImageStart

  init(_ base: StoreContent, _ start: ImageStart) {
    self.base = base
    self.start = start
  }

  func object(of record: ImageRecord) throws(Errno) -> ImageObject {
    try base.object(of: record, for: start)
  }

  func content(
    of block: BlockRecord, at location: BlockLocation, parameters: StoreParameters
  ) throws(Errno) -> SharedBuffer {
    try base.content(of: block, at: location, parameters: parameters, for: start)
  }

  func storedBytes(
    of block: BlockRecord, at location: BlockLocation
  ) throws(Errno) -> SharedBuffer {
    try base.storedBytes(of: block, at: location, for: start)
  }

  func storedForm(
    of content: [UInt8], parameters: StoreParameters
  ) throws(Errno) -> BlockEncoder.Block {
    try base.storedForm(of: content, parameters: parameters)
  }
}
