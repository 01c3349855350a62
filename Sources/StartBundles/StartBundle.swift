internal import Compression
public import Digests
public import Linux
public import Store
internal import Synchronization

/// A start bundle on its way into memory, and in it.
///
/// Thread-safe. Whoever asks for what has not arrived waits for it, for some seconds at most; what
/// cannot be read, or does not have its checksum, is an error, after which it is best read from the
/// packs.
public final class StartBundle: Sendable {
  private struct Opened: Sendable {
    let table: BundleTable
    let map: BundleMap
  }

  private let rootIdentity: SHA256Digest
  private let chunks: BundleChunks
  private let decompressor = BlockDecompressor(.zstd)
  private let opened = Mutex<Result<Opened, StoreError>?>(nil)

  /// Takes a bundle's file; nothing is read yet.
  ///
  /// - Parameter turn: A number of the node's own, from which it takes where it begins to read.
  public init(_ file: any StoreFile, of rootIdentity: SHA256Digest, turn: Int) {
    self.rootIdentity = rootIdentity
    chunks = BundleChunks(file, turn: turn & 0xFFFF)
  }

  /// The size of the file in bytes, and of the memory it takes.
  public var size: UInt64 { chunks.size }

  /// Begins to read, on threads of its own.
  public func start() { chunks.start() }

  /// What tells the bundle from others of its image; waits for it.
  ///
  /// The checksum of the file's last bytes, which have that of its table, which has those of its
  /// frames.
  public func version() throws(StoreError) -> Checksum {
    let footerSize = UInt64(BundleTable.footerSize)
    guard size >= footerSize else { throw damaged(.truncated) }
    let footer = try bytes(size - footerSize..<size)
    return .of(footer.span.bytes)
  }

  /// The version of a file, of which nothing else is read.
  public static func version(
    of file: any StoreFile, _ rootIdentity: SHA256Digest
  ) throws(StoreError) -> Checksum {
    let path = StorePath(.bundles, rootIdentity.hex)
    let footerSize = BundleTable.footerSize
    guard file.size >= UInt64(footerSize) else { throw .damaged(path, .truncated) }
    let offset = file.size - UInt64(footerSize)
    do throws(SystemError) {
      let footer = try SharedBuffer(capacity: footerSize) { (span) throws(SystemError) in
        try file.read(at: offset, into: &span)
      }
      return footer.withBytes { Checksum.of($0) }
    } catch {
      throw .system(error)
    }
  }

  /// Lends all parts of the file as they were read, in order; waits for them.
  ///
  /// - Parameter body: Gets the offset and the bytes of a part; false ends it.
  /// - Returns: Whether all parts could be read, and the closure wanted all.
  public func forEachChunk(_ body: (UInt64, SharedBuffer) -> Bool) -> Bool {
    (0..<chunks.count).allSatisfy { index in
      guard let chunk = try? chunks.chunk(index) else { return false }
      return body(chunks.offset(of: index), chunk)
    }
  }

  /// What the bundle holds; waits for it.
  public func table() throws(StoreError) -> BundleTable { try open().table }

  private func open() throws(StoreError) -> Opened {
    // Two who come at once both read it: from memory, and once in a bundle's life.
    if let known = opened.withLock({ $0 }) { return try known.get() }
    let result = Result { () throws(StoreError) in
      let table = try readTable()
      return Opened(table: table, map: BundleMap(table))
    }
    opened.withLock { $0 = result }
    return try result.get()
  }

  private func readTable() throws(StoreError) -> BundleTable {
    let footerSize = UInt64(BundleTable.footerSize)
    guard size >= footerSize else { throw damaged(.truncated) }
    let footer = try bytes(size - footerSize..<size)
    let place = try checked { () throws(FormatError) in
      try BundleTable.place(footer: footer, fileSize: size)
    }
    let table = try bytes(place)
    return try checked { () throws(FormatError) in
      try BundleTable(table, at: place, of: rootIdentity)
    }
  }

  private func checked<Value>(
    _ body: () throws(FormatError) -> Value
  ) throws(StoreError) -> Value {
    do throws(FormatError) { return try body() } catch { throw damaged(error) }
  }

  private func bytes(_ range: Range<UInt64>) throws(StoreError) -> [UInt8] {
    do throws(SystemError) { return try chunks.bytes(range) } catch { throw .system(error) }
  }

  private func damaged(_ reason: FormatError) -> StoreError {
    .damaged(StorePath(.bundles, rootIdentity.hex), reason)
  }

  /// Where bytes of a file are; nil unless all of them are in the bundle.
  ///
  /// Waits for the table.
  public func pieces(of inode: UInt32, _ range: Range<UInt64>) throws(StoreError) -> [FramePiece]? {
    try open().map.pieces(of: inode, range)
  }

  /// The content of a frame, decompressed anew each time; waits for it.
  public func content(ofFrame index: Int) throws(StoreError) -> SharedBuffer {
    let table = try open().table
    guard index >= 0, index < table.frames.count else {
      throw damaged(.invalid("there is no such frame"))
    }
    let frame = table.frames[index]
    let stored = try bytes(frame.offset..<frame.offset + UInt64(frame.storedSize))
    guard Checksum.of(stored.span.bytes) == frame.checksum else {
      throw damaged(.checksumMismatch("frame \(index)"))
    }
    guard frame.storedSize < frame.size else { return SharedBuffer(copying: stored.span.bytes) }
    let content = try? SharedBuffer(capacity: Int(frame.size)) { (span) throws(CompressionError) in
      try decompressor.decompress(stored.span.bytes, into: &span)
    }
    guard let content, content.count == Int(frame.size) else {
      throw damaged(.invalid("frame \(index) does not decompress"))
    }
    return content
  }
}
