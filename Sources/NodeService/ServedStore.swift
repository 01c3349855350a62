public import Store

/// A store that a server is to show: how it is called, and how it is opened.
public struct ServedStore: Sendable {
  /// The store's directory, for messages.
  public let name: String
  /// Opens the store, with what is done on it counted; may be called again when it failed, and may block.
  let open: @Sendable (StoreMeter) throws(StoreError) -> Store

  /// A store that is opened when it is served.
  public init(_ directory: any StoreDirectory) {
    name = directory.location
    open = { (meter) throws(StoreError) in
      try Store.open(CountingDirectory(directory, meter))
    }
  }

  /// A store that is open.
  public init(_ store: Store) {
    name = store.directory.location
    open = { (meter) throws(StoreError) in store.counted(by: meter) }
  }
}

extension Store {
  /// The same store with everything counted that is done on its directory from now on.
  public func counted(by meter: StoreMeter) -> Store {
    through(CountingDirectory(directory, meter))
  }
}
