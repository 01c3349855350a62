internal import Digests
internal import FUSE
internal import ImageTree
internal import Linux
internal import Logging
internal import SquashFS
internal import StartBundles
internal import Store
internal import Synchronization
internal import SystemPackage

/// The start of one image on this node, in all views: its bundle while that is in use, and what was
/// read of it.
final class StartingImage: ImageStart {
  private enum Bundle {
    case untouched
    case opening(Latch)
    case inUse(BundleInUse)
    case none
  }

  private struct State {
    /// When the image began in a view, by the view's slot.
    var begun: [UInt16: Double] = [:]
    /// How many starts are under way.
    var active = 0
    var bundle = Bundle.untouched
    var recorder: TraceRecorder?
    /// Whether the first start is over, whose reads are what a trace is made of.
    var wasRecorded = false
  }

  /// After how many seconds a start may be the next one, with memory that was given back meanwhile.
  private static let pause: Double = 600
  /// How long a read waits for the bundle to be found.
  private static let patience: Double = 2

  private let record: ImageRecord
  private let content: StoreContent
  private let service: StartService
  private let state = Mutex(State())

  init(_ record: ImageRecord, _ content: StoreContent, _ service: StartService) {
    self.record = record
    self.content = content
    self.service = service
  }

  func isDue(in slot: UInt16, isRead: Bool, isBrowsable: Bool) -> Bool {
    state.withLock { state in
      if let last = state.begun[slot] {
        // A page that the kernel has lost again is asked for by a read.
        guard isRead, state.active == 0, MonotonicClock.seconds() > last + Self.pause else {
          return false
        }
      } else if isBrowsable, !isRead {
        return false
      }
      state.begun[slot] = MonotonicClock.seconds()
      return true
    }
  }

  func begin(at root: ShownRoot) {
    let latch: Latch? = state.withLock { state in
      state.active += 1
      if !state.wasRecorded, state.recorder == nil {
        state.recorder = service.makeRecorder(for: record.rootIdentity)
      }
      switch state.bundle {
      case .opening, .inUse: return nil
      case .untouched, .none:
        guard service.options.usesBundles, !service.options.onlyRecords else { return nil }
        let latch = Latch()
        state.bundle = .opening(latch)
        return latch
      }
    }
    let thread = try? JoinableThread { self.run(root, opening: latch) }
    if thread == nil {
      if let latch { settle(.none, latch) }
      state.withLock { $0.active -= 1 }
    }
  }

  func read(_ inode: InodePosition, _ range: Range<UInt64>) -> ReadReply? {
    let (bundle, recorder) = state.withLock { ($0.bundle, $0.recorder) }
    recorder?.note(inode.rawValue, range)
    switch bundle {
    case .untouched, .none: return nil
    case .inUse(let bundle): return bundle.reply(inode.rawValue, range)
    case .opening(let latch):
      guard latch.wait(seconds: Self.patience),
        case .inUse(let bundle) = state.withLock({ $0.bundle })
      else { return nil }
      return bundle.reply(inode.rawValue, range)
    }
  }

  private func settle(_ bundle: Bundle, _ latch: Latch) {
    state.withLock { $0.bundle = bundle }
    latch.open()
  }
}

// MARK: - The thread of a start

extension StartingImage {
  private func run(_ root: ShownRoot, opening latch: Latch?) {
    if let latch { content.counting(record) { open(latch) } }
    if case .inUse(let bundle) = awaited() {
      // On a thread of its own, as whoever may look into all views.
      let pushing = try? JoinableThread {
        FileSystemIdentity.resume()
        bundle.push(into: root)
      }
      pushing?.join()
      if bundle.isSound { content.keep(bundle.bundle, of: record.rootIdentity) }
    }
    let end = MonotonicClock.seconds() + service.options.duration
    let nap = WakeUp()
    while !service.hasEnded, MonotonicClock.seconds() < end {
      _ = nap.wait(seconds: min(1, service.options.duration))
    }
    finish()
  }

  private func open(_ latch: Latch) {
    var found: BundleInUse?
    do throws(StoreError) {
      if let file = try content.bundle(of: record.rootIdentity), service.take(file.size) {
        let bundle = StartBundle(file, of: record.rootIdentity, turn: service.turn)
        bundle.start()
        found = BundleInUse(bundle, service)
      }
    } catch {
      service.logger.info("no start bundle", metadata: ["reason": "\(error.failure)"])
    }
    settle(found.map { .inUse($0) } ?? .none, latch)
  }

  private func awaited() -> Bundle {
    let bundle = state.withLock { $0.bundle }
    guard case .opening(let latch) = bundle else { return bundle }
    latch.wait()
    return state.withLock { $0.bundle }
  }

  /// Ends a start; the last one gives the bundle's memory back and sees what was learned.
  private func finish() {
    let last: (bundle: Bundle, recorder: TraceRecorder?)? = state.withLock { state in
      state.active -= 1
      guard state.active == 0 else { return nil }
      defer {
        if case .inUse = state.bundle { state.bundle = .untouched }
        if !service.options.onlyRecords {
          state.recorder = nil
          state.wasRecorded = true
        }
      }
      return (state.bundle, state.recorder)
    }
    if case .inUse(let bundle)? = last?.bundle, !bundle.isSound {
      content.forgetBundle(of: record.rootIdentity)
    } else if last != nil, !service.hasEnded {
      content.renewBundle(of: record.rootIdentity)
    }
    guard let last, !service.hasEnded, !service.options.onlyRecords, let recorder = last.recorder
    else { return }
    publish(recorder.end(), last.bundle)
  }

  private func publish(_ runs: [PageRun], _ bundle: Bundle) {
    var table: BundleTable?
    if case .inUse(let bundle) = bundle { table = try? bundle.bundle.table() }
    let trace = AccessTrace(of: record.rootIdentity, recorded: runs, isExact: false)
    do {
      let publication = TracePublication(content, record)
      guard try publication.publish(trace, beside: table) else { return }
      service.count { $0.traces += 1 }
      service.logger.info(
        "what an image read when it started is known to its store now",
        metadata: ["image": "\(record.names.first ?? record.id)"])
    } catch {
      // Most nodes may only read.
      service.logger.debug("no trace is written", metadata: ["reason": "\(error)"])
    }
  }
}
