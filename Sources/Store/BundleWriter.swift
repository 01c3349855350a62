internal import Compression
public import Digests
internal import Linux

/// Writes the start bundle of an image: frames one after the other, then the table.
///
/// Nobody sees it before ``seal(_:paths:isExact:)``, which puts it in the place of the image's present
/// bundle. Used by one caller at a time.
public struct BundleWriter {
  /// Written once and read on every node: worth more effort than a block.
  private static let level = 9

  private let staging: StagingArea
  private let file: StagedFile
  private let rootIdentity: SHA256Digest
  private let compressor: BlockCompressor
  private var frames: [BundleTable.Frame] = []
  private var size = UInt64(TrailedFile.headerSize)

  /// Begins a bundle in a staging area.
  public init(_ staging: StagingArea, of rootIdentity: SHA256Digest) throws(StoreError) {
    guard let compressor = try? BlockCompressor(.zstd, level: Self.level) else {
      throw .invalidObject(.invalid("there is no compressor for bundles"))
    }
    self.compressor = compressor
    self.staging = staging
    self.rootIdentity = rootIdentity
    file = try staging.create(in: .bundles)
    try Self.append(TrailedFile.header(magic: BundleTable.fileMagic), to: file)
  }

  private static func append(_ bytes: [UInt8], to file: StagedFile) throws(StoreError) {
    do throws(SystemError) { try file.writer.append(bytes.span.bytes) } catch {
      throw .system(error)
    }
  }

  /// How many bytes of frames there are so far, as stored.
  public var storedByteCount: UInt64 { size }

  /// Appends a frame, compressed where that makes it smaller.
  ///
  /// - Parameter content: 1 to ``BundleTable/largestFrame`` bytes.
  /// - Returns: The frame's index.
  public mutating func append(_ content: [UInt8]) throws(StoreError) -> UInt32 {
    let stored = compressor.compress(content.span.bytes) ?? content
    frames.append(
      BundleTable.Frame(
        offset: size, storedSize: UInt32(clamping: stored.count),
        size: UInt32(clamping: content.count), checksum: Checksum.of(stored.span.bytes)))
    try Self.append(stored, to: file)
    size += UInt64(stored.count)
    return UInt32(frames.count - 1)
  }

  /// Ends the bundle and makes it the image's.
  ///
  /// - Parameters:
  ///   - entries: What lies in the frames, in the order in which it is needed.
  ///   - paths: The paths of all files among the entries.
  ///   - isExact: Whether they come from an exact trace.
  /// - Returns: The size of the file in bytes.
  public func seal(
    _ entries: [BundleTable.Entry], paths: [UInt32: [UInt8]], isExact: Bool
  ) throws(StoreError) -> UInt64 {
    let table = BundleTable(
      rootIdentity: rootIdentity, isExact: isExact, frames: frames, entries: entries, paths: paths)
    do throws(FormatError) { try table.validate() } catch { throw .invalidObject(error) }
    let bytes = table.encoded()
    let end = bytes + TrailedFile.footer(trailer: bytes, at: size)
    try Self.append(end, to: file)
    try staging.replace(.bundle(of: rootIdentity), with: file)
    return size + UInt64(end.count)
  }
}
