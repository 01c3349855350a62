internal import Store
internal import Synchronization

/// Appends the new blocks of an import to packs, beginning another pack when one is large enough.
///
/// Thread-safe: blocks of several layers take turns.
final class PackAppender: Sendable {
  /// How large a pack gets before the next begins, in bytes.
  static let packSize: UInt64 = 4 << 30

  private struct State {
    var writer: PackWriter?
    var sealed: [SealedPack] = []
    var byteCount: UInt64 = 0
  }

  private let staging: StagingArea
  private let known: KnownContent
  private let state = Mutex(State())

  init(_ staging: StagingArea, known: KnownContent) {
    self.staging = staging
    self.known = known
  }

  /// Appends a block unless the same content was appended before.
  func append(_ block: NewBlock) throws(StoreError) {
    guard known.add(block) else { return }
    try state.withLock { (state) throws(StoreError) in
      if let writer = state.writer, writer.size >= Self.packSize { try Self.seal(&state) }
      let writer: PackWriter
      if let open = state.writer { writer = open } else { writer = try PackWriter(staging) }
      state.writer = writer
      try writer.append(block.record, stored: block.stored.span.bytes, pieces: block.pieces)
      state.byteCount += UInt64(block.stored.count)
    }
  }

  /// Ends the packs.
  func seal() throws(StoreError) -> [SealedPack] {
    try state.withLock { (state) throws(StoreError) in
      try Self.seal(&state)
      return state.sealed
    }
  }

  /// How many stored bytes were appended.
  var byteCount: UInt64 { state.withLock { $0.byteCount } }

  private static func seal(_ state: inout State) throws(StoreError) {
    guard let writer = state.writer else { return }
    state.writer = nil
    if let pack = try writer.seal() { state.sealed.append(pack) }
  }
}
