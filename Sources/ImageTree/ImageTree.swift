internal import AdditionalImageStore
public import FUSE
public import Store
internal import Synchronization
public import SystemPackage

/// The file system of a node: every image of a store as an additional image store for each user,
/// and by name for people.
///
///     self                       -> views/<uid of whoever asks>
///     views/<uid>/overlay…       the additional image store of a user (containers/storage)
///     images/<name>/root/        the root file system of an image, ids unshifted
///     images/<name>/{root.squashfs,config.json,manifest.json}
///
/// Everything is computed from the node id and the newest catalog. A tree keeps no state per open
/// file, and what the kernel remembers survives a restart of the server.
public final class ImageTree: FileSystem {
  private struct State {
    var shelf = Shelf()
    var modified: Int64 = 0
    var documents: [UInt16: (generation: UInt64, documents: ViewDocuments)] = [:]
  }

  let views: ViewTable
  private let source: any ContentSource
  private let state = Mutex(State())

  /// For how long the kernel may remember what a newer generation can change, in seconds.
  static let short: Double = 1

  /// Makes a tree without images; ``update(to:now:grace:)`` brings them.
  public init(source: any ContentSource, accounts: any Accounts) {
    self.source = source
    views = ViewTable(accounts: accounts)
  }

  /// What is shown now.
  var shelf: Shelf { state.withLock { $0.shelf } }

  /// When the catalog was published, in seconds since the epoch.
  var modified: Int64 { state.withLock { $0.modified } }

  /// Shows a newer catalog.
  ///
  /// - Parameters:
  ///   - now: Seconds of any clock that only runs forward.
  ///   - grace: For how long an image that is gone is still served by path, in seconds.
  /// - Returns: The nodes whose attributes and pages the kernel must forget, in the order in which
  ///   it must: documents before the lock files that tell readers of them.
  public func update(to catalog: Catalog, now: Double, grace: Double) -> [NodeID] {
    let old = shelf
    let new = old.updated(to: catalog, source: source, now: now, grace: grace)
    state.withLock { state in
      state.shelf = new
      state.modified = catalog.operation.time
    }
    return outdated(from: old, to: new)
  }

  private func outdated(from old: Shelf, to new: Shelf) -> [NodeID] {
    let items: [FixedItem] = [
      .overlay, .overlayLinks, .overlayImages, .layersDocument, .imagesDocument, .layersLock,
      .imagesLock,
    ]
    let slots = views.users.compactMap { views.view(of: $0)?.slot }
    let directories = Set(old.names.entries.keys).union(new.names.entries.keys).sorted()
    return slots.flatMap { slot in items.map { NodeAddress($0, view: slot).node } }
      + [NodeAddress(.imagesDirectory).node]
      + directories.map { NodeAddress(view: 0, image: 0, item: $0).node }
  }

  /// The documents of a view, made once per generation.
  func documents(of view: View) -> ViewDocuments {
    let shelf = self.shelf
    let known = state.withLock { $0.documents[view.slot] }
    if let known, known.generation == shelf.generation { return known.documents }
    let keepID = view.identity.keepID.map {
      (users: $0.users.intermediate, groups: $0.groups.intermediate)
    }
    let made = ViewDocuments(listing: shelf.images.map(\.listed), keepID: keepID)
    state.withLock { $0.documents[view.slot] = (shelf.generation, made) }
    return made
  }

  /// Sizes for statfs(2): all images together.
  public func statistics(of node: NodeID, caller: Caller) throws(Errno) -> FileSystemStatistics {
    let bytes = shelf.images.reduce(UInt64(0)) { $0 &+ $1.listed.size }
    return FileSystemStatistics(blocks: bytes / 4096, inodes: UInt64(shelf.images.count))
  }
}
