internal import Digests
public import Store
internal import Synchronization

/// The blocks of a store, this one or another, found through its index.
///
/// Thread-safe. The index is read when the first block is asked for.
public final class StoreBlocks: BlockSource {
  private struct State {
    var index: BlockIndex?
    var readers: [PackID: PackReader] = [:]
    var isUnusable = false
  }

  private let store: Store
  private let excluded: Set<PackID>
  private let content: BlockContent
  private let state = Mutex(State())

  /// Names a store; nothing is read.
  ///
  /// - Parameter excluded: Packs that nothing shall be read from.
  public init(_ store: Store, excluding excluded: Set<PackID> = []) {
    self.store = store
    self.excluded = excluded
    content = BlockContent(parameters: store.parameters)
  }

  /// The block as it is stored where the store keeps it in the same form, otherwise its content.
  public func find(_ block: BlockRecord) -> FoundBlock? {
    guard let found = index()?.block(block.content),
      let reader = reader(of: found.location.pack),
      let stored = try? reader.storedBytes(of: found.block, at: found.location.offset)
    else { return nil }
    if found.block == block { return .stored(stored) }
    return (try? content.bytes(of: found.block, stored: stored)).map { .content($0) }
  }

  private func index() -> BlockIndex? {
    state.withLock { state in
      if state.index == nil, !state.isUnusable {
        state.index = try? BlockIndex(
          loading: try store.newest(), of: store, excluding: excluded)
        state.isUnusable = state.index == nil
      }
      return state.index
    }
  }

  private func reader(of pack: PackID) -> PackReader? {
    state.withLock { state in
      if let known = state.readers[pack] { return known }
      let reader = try? store.pack(pack)
      state.readers[pack] = reader
      return reader
    }
  }
}
