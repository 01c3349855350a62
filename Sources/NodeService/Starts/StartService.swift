internal import Digests
public import FUSE
internal import Linux
public import Logging
internal import StartBundles
internal import Store
internal import Synchronization
public import SystemPackage

/// What the starts of all images of a server share: the mount they are prefetched into, a limit on
/// memory, and what came of it.
///
/// Thread-safe.
public final class StartService: Sendable {
  private struct State {
    var notifier: Notifier?
    var mountPoint: FilePath?
    var hasEnded = false
    var bundleBytes: UInt64 = 0
    var recorders: [SHA256Digest: TraceRecorder] = [:]
    var counts = StartCounts()
  }

  /// How many bytes of bundles are in memory at most.
  private static let bundleLimit: UInt64 = 160 << 20
  /// How many runs of pages are remembered of one image: of an ordinary start, and of one that is
  /// recorded on purpose.
  private static let runLimits = (start: 1 << 16, recording: 1 << 22)

  let options: StartOptions
  let logger: Logger
  /// A number of this node's, of which bundles are read from different offsets.
  let turn = Int.random(in: 0..<1 << 16)
  private let state = Mutex(State())

  /// Takes care of images that start, once there is a mount.
  public init(_ options: StartOptions, logger: Logger) {
    self.options = options
    self.logger = logger
  }

  /// From now on there is a mount.
  public func begin(_ notifier: Notifier, at mountPoint: FilePath) {
    state.withLock { ($0.notifier, $0.mountPoint) = (notifier, mountPoint) }
  }

  /// The mount is going away.
  public func end() {
    state.withLock { state in
      (state.notifier, state.mountPoint, state.hasEnded) = (nil, nil, true)
    }
  }

  /// Whether the mount is gone.
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// The mount, while there is one.
  var mount: (notifier: Notifier, point: FilePath)? {
    state.withLock { state in
      guard let notifier = state.notifier, let point = state.mountPoint else { return nil }
      return (notifier, point)
    }
  }

  /// Makes room for a bundle in memory; false where there is none.
  func take(_ byteCount: UInt64) -> Bool {
    state.withLock { state in
      guard state.bundleBytes + byteCount <= Self.bundleLimit else {
        state.counts.leftOut += 1
        return false
      }
      state.bundleBytes += byteCount
      state.counts.count += 1
      state.counts.bytes += byteCount
      return true
    }
  }

  /// Gives room back.
  func release(_ byteCount: UInt64) { state.withLock { $0.bundleBytes -= byteCount } }

  /// Counts.
  func count(_ change: (inout StartCounts) -> Void) { state.withLock { change(&$0.counts) } }

  /// What has come of it so far.
  public var counts: StartCounts { state.withLock { $0.counts } }

  /// A recorder for an image's reads; nil where none are remembered.
  func makeRecorder(for rootIdentity: SHA256Digest) -> TraceRecorder? {
    guard options.onlyRecords else {
      return options.recordsTraces ? TraceRecorder(limit: Self.runLimits.start) : nil
    }
    return state.withLock { state in
      if let known = state.recorders[rootIdentity] { return known }
      let made = TraceRecorder(limit: Self.runLimits.recording)
      state.recorders[rootIdentity] = made
      return made
    }
  }

  /// What was read of each image, where everything is recorded.
  var recorded: [SHA256Digest: [PageRun]] {
    state.withLock { $0.recorders }.mapValues(\.runs)
  }
}
