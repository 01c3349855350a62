internal import Digests
internal import Linux
internal import Store
internal import Synchronization

/// What an image has asked of the shared file system in its first minute on a node, which begins
/// when its object is read for the first time.
///
/// Counted is what was read for this image and no other: its object, the packs that had to be opened
/// for it, and the blocks that it was the first to need. What was in memory already costs nothing
/// and is not counted, and neither are looks for newer generations.
///
/// It is the purpose (``Linux/ThreadPurpose``) of threads that read for the image: whoever reads
/// for it on a thread of their own gives it on.
final class StartMeter: Sendable {
  /// How long a start lasts, in seconds.
  static let duration: Double = 60

  /// The object of the image.
  let object: SHA256Digest
  /// A name of the image, or its id.
  let image: String
  /// Whether everybody may see the image.
  let isForEverybody: Bool
  /// When it began, in seconds since the epoch.
  let time = WallClock.seconds()
  private let began = MonotonicClock.seconds()
  private let opens = Atomic<UInt64>(0)
  private let reads = Atomic<UInt64>(0)
  private let bytes = Atomic<UInt64>(0)

  init(_ record: ImageRecord) {
    object = record.object
    image = record.names.first ?? record.id
    isForEverybody = record.access.visibility == .world
  }

  /// For how many seconds it has lasted.
  var age: Double { min(MonotonicClock.seconds() - began, Self.duration) }

  private var isOver: Bool { age >= Self.duration }

  /// The start that the calling thread reads for, while it lasts.
  static var current: StartMeter? {
    guard let start = ThreadPurpose.current as? StartMeter, !start.isOver else { return nil }
    return start
  }

  /// Counts something that was asked of the shared file system.
  func note(_ use: StoreUse) {
    switch use {
    case .open, .load: opens.add(1, ordering: .relaxed)
    case .read: noteRead()
    default: break
    }
  }

  /// Counts bytes that were read at once.
  func noteRead() { reads.add(1, ordering: .relaxed) }

  /// Counts how many that were.
  func noteBytes(_ count: Int) { bytes.add(UInt64(count), ordering: .relaxed) }

  /// What was counted so far.
  var cost: StartCost {
    StartCost(
      opens: opens.load(ordering: .relaxed), reads: reads.load(ordering: .relaxed),
      bytes: bytes.load(ordering: .relaxed))
  }
}

/// What starts have asked of a shared file system.
struct StartCost: Hashable, Sendable {
  var opens: UInt64 = 0
  var reads: UInt64 = 0
  var bytes: UInt64 = 0

  static func + (one: StartCost, two: StartCost) -> StartCost {
    StartCost(
      opens: one.opens &+ two.opens, reads: one.reads &+ two.reads, bytes: one.bytes &+ two.bytes)
  }
}
