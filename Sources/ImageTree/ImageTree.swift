internal import AdditionalImageStore
public import FUSE
internal import Store
internal import Synchronization
public import SystemPackage

/// The file system of a node: every image of its stores as an additional image store for each user,
/// and by name for people.
///
///     self                        -> views/<uid of whoever asks>
///     images                      -> views/<uid of whoever asks>/images
///     views/<uid>/overlay…        the additional image store of a user (containers/storage)
///     views/<uid>/images/<name>/root/   the root file system of an image, ids unshifted
///     views/<uid>/images/<name>/{root.squashfs,config.json,manifest.json}
///
/// A user finds the images that the catalogs let that user see, and no others. Because each view is
/// a directory of its own that only its user may enter, what the kernel remembers for one user is
/// never shown to another.
///
/// Everything is computed from the node id and the newest catalogs. A tree keeps no state per open
/// file, and what the kernel remembers survives a restart of the server.
public final class ImageTree: FileSystem {
  /// What a user could see when it was last looked.
  private struct KnownSelection {
    let shelf: Shelf
    let viewer: Viewer?
    let selection: Selection
  }

  private struct State {
    var shelf: Shelf
    var selections: [UInt16: KnownSelection] = [:]
    /// What the kernel was last told of.
    var told: [UInt16: Selection] = [:]
    var documents: [UInt16: (selection: Selection, documents: ViewDocuments)] = [:]
  }

  /// How many stores a tree can show.
  public static let mostStores = StoreNumbers.mostStores

  let views: ViewTable
  let uses: NodeUses
  private let state: Mutex<State>

  /// For how long the kernel may remember what a newer generation can change, in seconds.
  static let short: Double = 1

  /// How many bytes the objects of images may take together, unless given: some twenty large ones.
  public static let objectLimit = 160 << 20

  /// Makes a tree without images; ``update(store:to:from:)`` brings them.
  ///
  /// - Parameters:
  ///   - count: How many stores there are, 1 to ``mostStores``; the first has a name if several do.
  ///   - objectLimit: How many bytes the objects of images may take together; what was needed least
  ///     recently is read again when there is more.
  ///   - record: Takes what another tree needs to go on after this one; see ``restore()``.
  ///   - record: Takes what another tree needs to go on after this one; see ``restore()``.
  public init(
    stores count: Int = 1, accounts: any Accounts, objectLimit: Int = ImageTree.objectLimit,
    record: TreeRecord? = nil
  ) {
    let memory = ObjectMemory(limit: objectLimit)
    state = Mutex(State(shelf: Shelf(stores: count, memory: memory)))
    views = ViewTable(accounts: accounts, record: record)
    uses = NodeUses(record)
  }

  /// What is shown now.
  var shelf: Shelf { state.withLock { $0.shelf } }

  /// How many images of a store's newest catalog are shown, and how many cannot be.
  public func imageCounts(ofStore place: Int) -> (shown: Int, unshown: Int) {
    let part = shelf.parts[place]
    return (part.images.count, part.unshown.count)
  }

  /// Takes another shelf, made from the present one, and gives both.
  func exchange(_ change: (Shelf) -> Shelf) -> (old: Shelf, new: Shelf) {
    while true {
      let old = shelf
      let new = change(old)
      let isDone = state.withLock { state in
        guard state.shelf === old else { return false }
        state.shelf = new
        return true
      }
      if isDone { return (old, new) }
    }
  }

  /// What was selected for a view, if it still holds.
  func knownSelection(of slot: UInt16, _ shelf: Shelf, _ viewer: Viewer?) -> Selection? {
    let known = state.withLock { $0.selections[slot] }
    guard let known, known.shelf === shelf, known.viewer == viewer else { return nil }
    return known.selection
  }

  /// What the kernel was last told that a view shows.
  func told(of slot: UInt16) -> Selection? { state.withLock { $0.told[slot] } }

  /// Notes that the kernel is told what a view shows.
  func tell(_ selection: Selection, of slot: UInt16) {
    state.withLock { $0.told[slot] = selection }
  }

  /// Notes what was selected for a view.
  func remember(_ selection: Selection, of slot: UInt16, _ shelf: Shelf, _ viewer: Viewer?) {
    let known = KnownSelection(shelf: shelf, viewer: viewer, selection: selection)
    state.withLock { state in
      state.selections[slot] = known
      state.told[slot] = state.told[slot] ?? selection
    }
  }

  /// The documents of a view, made once per selection.
  func documents(of view: View) -> ViewDocuments {
    let selection = selection(of: view)
    let known = state.withLock { $0.documents[view.slot] }
    if let known, known.selection === selection { return known.documents }
    let keepID = view.identity.keepID.map {
      (users: $0.users.intermediate, groups: $0.groups.intermediate)
    }
    let made = ViewDocuments(listing: selection.members.map(\.listed), keepID: keepID)
    state.withLock { $0.documents[view.slot] = (selection, made) }
    return made
  }

  /// Sizes for statfs(2): what everybody may see together.
  public func statistics(of node: NodeID, caller: Caller) throws(Errno) -> FileSystemStatistics {
    let members = selection(of: views.open).members
    let bytes = members.reduce(UInt64(0)) { $0 &+ $1.listed.size }
    return FileSystemStatistics(blocks: bytes / 4096, inodes: UInt64(members.count))
  }
}
