public import Linux
public import Store
public import SystemPackage

/// Where image objects and blocks come from: a store, through the node's caches.
///
/// Called from any number of threads; a call blocks while it reads. Implementations log what goes
/// wrong; the tree only passes the error number on.
public protocol ContentSource: Sendable {
  /// Where the object and the blocks of one image are to be read: here, or where it is noted for
  /// which image they are. Asked for each time that an object is about to be read.
  func source(of record: ImageRecord) -> any ContentSource

  /// Reads an image object, whole.
  func object(of record: ImageRecord) throws(Errno) -> ImageObject

  /// The content of a block: decompressed, and checked against its checksum.
  func content(
    of block: BlockRecord, at location: BlockLocation, parameters: StoreParameters
  ) throws(Errno) -> SharedBuffer

  /// The stored bytes of a block, checked against its checksum.
  func storedBytes(of block: BlockRecord, at location: BlockLocation) throws(Errno) -> SharedBuffer

  /// Content in the form in which a store of these parameters keeps it.
  func storedForm(
    of content: [UInt8], parameters: StoreParameters
  ) throws(Errno) -> BlockEncoder.Block

  /// What is done about the start of an image; nil for nothing.
  func start(of record: ImageRecord) -> (any ImageStart)?
}

extension ContentSource {
  /// Does nothing about the start of images.
  public func start(of record: ImageRecord) -> (any ImageStart)? { nil }
}

extension ContentSource {
  /// This source, which makes no difference between images.
  public func source(of record: ImageRecord) -> any ContentSource { self }
}
