public import Store

/// A store that a server is to show: how it is called, and how it is opened.
public struct ServedStore: Sendable {
  /// The store's directory, for messages.
  public let name: String
  /// Opens the store; may be called again when it failed, and may block.
  let open: @Sendable () throws(StoreError) -> Store

  /// A store that is opened when it is served.
  public init(_ directory: any StoreDirectory) {
    name = directory.location
    open = { () throws(StoreError) in try Store.open(directory) }
  }

  /// A store that is open.
  public init(_ store: Store) {
    name = store.directory.location
    open = { () throws(StoreError) in store }
  }
}
