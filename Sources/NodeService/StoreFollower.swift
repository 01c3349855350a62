internal import Digests
internal import ImageTree
internal import Linux
internal import Logging
internal import Store
internal import Synchronization

/// Keeps a tree up with one of its stores: opens it, shows its newest generation, holds a lease.
///
/// Each store has a thread of its own, so that one which cannot be reached holds up no other.
final class StoreFollower: Sendable {
  private struct Opened: Sendable {
    var generations: GenerationFollower
    let content: StoreContent
    var lease: HeldLease
    /// When the kernel may be made to forget again what keeps the lease from going on.
    var reminder: Double = -.infinity
  }

  /// The seconds between two times that the kernel is made to forget.
  private static let reminderPause: Double = 600

  private struct State: Sendable {
    var opened: Opened?
    var isBusy = false
    /// Why the store could not be read when it was last looked at.
    var failure: String?
    var isFollowing = false
  }

  /// What all followers of a server share.
  struct Context: Sendable {
    let tree: ImageTree
    let cache: BlockCache<StoreContent.Key>
    let disk: DiskCache?
    let leaseSeconds: Int64
    let purpose: String
    let logger: Logger
    /// Takes care of images that start.
    let starts: StartService
    /// Tells the kernel what has changed.
    let tell: @Sendable (TreeChange) -> Void
  }

  let source: ServedStore
  private let place: Int
  private let context: Context
  private let meter = StoreMeter()
  /// The images of the store that were started.
  let starts = ImageStarts()
  private let state = Mutex(State())
  private let wake = WakeUp()
  private let ended = WakeUp()

  init(_ source: ServedStore, place: Int, _ context: Context) {
    self.source = source
    self.place = place
    self.context = context
  }

  /// Opens the store and shows it.
  func open() throws(StoreError) {
    let store = try source.open(meter)
    var lease = HeldLease(
      store, for: context.leaseSeconds, purpose: context.purpose, logger: context.logger)
    // A lease covers what its generation and later ones list: so it comes before what is read.
    let listed = try store.generations().last
    lease.keep(from: listed ?? 0, at: MonotonicClock.seconds())
    let disk = context.disk.map { CachedContent($0, of: store) }
    let generations: GenerationFollower
    do throws(StoreError) {
      generations = try GenerationFollower(store, listed: listed, memory: disk)
    } catch {
      lease.release()
      throw error
    }
    let opened = Opened(
      generations: generations,
      content: StoreContent(
        store,
        StoreContent.Context(
          place: place, cache: context.cache, disk: disk, meter: meter, counted: starts,
          starts: context.starts, logger: context.logger)),
      lease: lease)
    state.withLock { $0.opened = opened }
    show(generations.current, opened.content)
  }

  /// Whether the store has been opened.
  var isOpen: Bool { state.withLock { $0.opened != nil } }

  /// Looks once for what is new; a store that cannot be read changes nothing: what is shown stays.
  ///
  /// Does nothing while another thread still looks.
  func look() {
    let isMine = state.withLock { state in
      defer { state.isBusy = true }
      return !state.isBusy
    }
    guard isMine else { return }
    defer { state.withLock { $0.isBusy = false } }
    do throws(StoreError) {
      try lookNow()
      report(nil)
    } catch {
      report(error)
    }
  }

  private func lookNow() throws(StoreError) {
    // Taken out while it reads: no lock is held across a read of the shared file system.
    guard var opened = state.withLock({ $0.opened }) else {
      try open()
      return context.logger.info("a store is shown", metadata: ["store": "\(source.name)"])
    }
    if let catalog = try opened.generations.next() {
      let following = opened.generations
      state.withLock { $0.opened?.generations = following }
      show(catalog, opened.content)
      context.logger.info(
        "a new generation is shown",
        metadata: ["generation": "\(catalog.generation)", "store": "\(source.name)"])
    } else if place == 0 {
      context.tell(context.tree.recheckGroups())
    }
  }

  private func show(_ catalog: Catalog, _ content: StoreContent) {
    let change = context.tree.update(store: place, to: catalog, from: content)
    for id in change.unshown {
      context.logger.error(
        "an image cannot be shown: it has no listing, or its number is too large for so many stores",
        metadata: ["image": "\(id)", "store": "\(source.name)"])
    }
    context.tell(change)
    content.keepOpen(only: catalog.packs)
  }

  /// One line when a store begins to fail, and one when it works again.
  private func report(_ error: StoreError?) {
    let reason = error.map { "\($0.failure)" }
    let wasFailing = state.withLock { state in
      defer { state.failure = reason }
      return state.failure != nil
    }
    if let reason, !wasFailing {
      context.logger.warning(
        "a store cannot be read; it is tried again",
        metadata: ["store": "\(source.name)", "reason": "\(reason)"])
    } else if reason == nil, wasFailing {
      context.logger.notice("a store can be read again", metadata: ["store": "\(source.name)"])
    }
  }

  /// Looks again and again until ``end(within:)``, on a thread that this starts.
  func start(every seconds: Double) throws(SystemError) {
    _ = try JoinableThread { self.follow(every: seconds) }
    state.withLock { $0.isFollowing = true }
  }

  private func follow(every seconds: Double) {
    // What was listed when the store was opened need not be looked at once more.
    var mayLook = state.withLock { $0.opened == nil }
    repeat {
      if mayLook { look() }
      mayLook = true
      keepLease()
    } while wake.wait(seconds: seconds)
    release()
    ended.now()
  }

  /// What the kernel refers to of the store, as the disk cache knows it; see ``DiskCache/Uses``.
  func forEachKeyInUse(_ visit: (DiskCacheKey) -> Void) -> Bool {
    guard let disk = state.withLock({ $0.opened?.content.disk }) else { return true }
    return context.tree.forEachObjectInUse(ofStore: place) { record, object in
      disk.forEachKey(of: record.object, object, visit)
    }
  }

  private func release() {
    var opened = state.withLock { $0.opened }
    opened?.lease.release()
  }

  private func keepLease() {
    guard context.leaseSeconds > 0, let opened = state.withLock({ $0.opened }) else { return }
    let (tree, now) = (context.tree, MonotonicClock.seconds())
    if now >= opened.reminder, tree.oldestGeneration(ofStore: place) < shownGeneration {
      context.tell(tree.remembered(ofStore: place))
      let pause = min(Double(context.leaseSeconds) / 4, Self.reminderPause)
      state.withLock { $0.opened?.reminder = now + pause }
    }
    var lease = opened.lease
    lease.keep(from: tree.oldestGeneration(ofStore: place), at: now)
    let kept = lease
    state.withLock { $0.opened?.lease = kept }
  }

  private var shownGeneration: UInt64 {
    state.withLock { $0.opened?.generations.current.generation ?? 0 }
  }

  /// How the store is, and what the server has asked of it; waits for nobody.
  func status() -> StoreStatus {
    let (opened, failure) = state.withLock { ($0.opened, $0.failure) }
    var status = StoreStatus(directory: source.name, meter.counts())
    status.state = failure != nil ? .failing : opened == nil ? .waiting : .shown
    status.reason = failure
    if let opened {
      let images = context.tree.imageCounts(ofStore: place)
      status.generation = opened.generations.current.generation
      (status.images, status.unshown) = (images.shown + images.unshown, images.unshown)
      status.lease = opened.lease.standing
    }
    return status
  }

  /// Looks at once.
  func hurry() { wake.now() }

  /// Ends what was started, and waits for that, but only some seconds where the store does not
  /// answer.
  func end(within seconds: Double) {
    guard state.withLock({ $0.isFollowing }) else { return release() }
    wake.end()
    _ = ended.wait(seconds: seconds)
  }
}
