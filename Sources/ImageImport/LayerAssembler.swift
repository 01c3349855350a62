internal import Failures
internal import FileTree
internal import Flattening
internal import Tar

/// Cuts the files of a layer into blocks while its tar stream goes by.
///
/// It holds one block of the current file and one open fragment block, whatever the layer's size.
/// Blocks that are complete wait in ``ready`` until somebody takes them.
struct LayerAssembler: TarSink {
  private let blockSize: Int
  private var builder = LayerEntryBuilder()
  private var fragments: FragmentAssembler
  private var current: LayerEntry?
  /// Whether the current entry's content matters: a regular file's that is no whiteout.
  private var isKeepingContent = false
  private var content = FileContent(size: 0)
  private var buffer: [UInt8] = []
  private var nextBlock: UInt32 = 0
  private var holes: UInt64 = 0
  private let entryLimit: Int

  /// How many blocks of a layer may be holes, 2 TiB with blocks of 128 KiB.
  ///
  /// Each takes memory although it is not stored.
  private static let holeLimit: UInt64 = 1 << 24

  /// The entries so far; block indices are the numbers of ``PendingBlock``.
  private(set) var entries: [LayerEntry] = []
  /// Complete blocks that have not been taken.
  private(set) var ready: [PendingBlock] = []
  /// The bytes of all regular files so far.
  private(set) var contentSize: UInt64 = 0

  /// What was left out or changed.
  var report: FlatteningReport { builder.report }

  /// - Parameter entryLimit: How many entries a layer may have, each of which takes memory: as many
  ///   as an image may have files.
  init(blockSize: Int, entryLimit: Int = EntryRules.defaultMaximumInodes) {
    self.blockSize = blockSize
    self.entryLimit = entryLimit
    fragments = FragmentAssembler(blockSize: blockSize)
    buffer.reserveCapacity(blockSize)
  }

  mutating func begin(_ entry: TarEntry) throws {
    guard entries.count < entryLimit else {
      throw FlatteningError.tooManyInodes(limit: entryLimit)
    }
    current = try builder.entry(for: entry)
    isKeepingContent = current.map(Self.keepsContent) ?? false
    content = FileContent(size: 0)
    buffer.removeAll(keepingCapacity: true)
  }

  mutating func data(_ bytes: RawSpan) throws {
    guard isKeepingContent else { return }
    var start = 0
    while start < bytes.byteCount {
      let count = min(blockSize - buffer.count, bytes.byteCount - start)
      bytes.extracting(start..<start + count).withUnsafeBytes { buffer.append(contentsOf: $0) }
      content.size += UInt64(count)
      start += count
      if buffer.count == blockSize { completeBlock() }
    }
  }

  mutating func hole(_ count: UInt64) throws {
    guard isKeepingContent else { return }
    holes += count / UInt64(blockSize)
    guard holes <= Self.holeLimit else {
      throw Failure(
        .imageInvalid, "a layer has sparse files of more than \(Self.holeLimit) empty blocks",
        nextStep: "Make the image again without them")
    }
    var rest = count
    while rest > 0 {
      let room = UInt64(blockSize - buffer.count)
      if buffer.isEmpty && rest >= room {
        content.blocks.append(FileContent.hole)
        content.size += room
        rest -= room
        continue
      }
      let part = min(room, rest)
      buffer.append(contentsOf: repeatElement(0, count: Int(part)))
      content.size += part
      rest -= part
      if buffer.count == blockSize { completeBlock() }
    }
  }

  mutating func end() throws {
    guard var entry = current else { return }
    current = nil
    if case .regular = entry.kind {
      if isKeepingContent { completeTail() }
      contentSize += content.size
      entry.kind = .regular(content)
    }
    entries.append(entry)
  }

  /// Seals what is open; to be called when the stream has ended.
  mutating func finish() {
    if let block = fragments.seal() { ready.append(block) }
  }

  /// Hands over the blocks that are complete.
  mutating func takeReady() -> [PendingBlock] {
    defer { ready = [] }
    return ready
  }

  private static func keepsContent(_ entry: LayerEntry) -> Bool {
    guard case .regular = entry.kind else { return false }
    return entry.whiteout == nil
  }

  private mutating func completeBlock() {
    if isZero(buffer.span.bytes) {
      content.blocks.append(FileContent.hole)
      buffer.removeAll(keepingCapacity: true)
      return
    }
    content.blocks.append(nextBlock)
    ready.append(PendingBlock(purpose: .data(number: nextBlock), content: buffer))
    nextBlock += 1
    buffer = []
    buffer.reserveCapacity(blockSize)
  }

  private mutating func completeTail() {
    guard !buffer.isEmpty else { return }
    let (position, sealed) = fragments.add(buffer)
    content.tail = position
    if let sealed { ready.append(sealed) }
  }
}

/// Whether all bytes are zero; stops at the first that is not.
func isZero(_ bytes: RawSpan) -> Bool {
  bytes.withUnsafeBytes { buffer in
    var offset = 0
    while offset + 8 <= buffer.count {
      if buffer.loadUnaligned(fromByteOffset: offset, as: UInt64.self) != 0 { return false }
      offset += 8
    }
    return buffer[offset...].allSatisfy { $0 == 0 }
  }
}
