internal import Linux
internal import Synchronization
internal import SystemPackage

/// Puts bytes that reads bring along into the kernel's page cache (`FUSE_NOTIFY_STORE`), on a
/// thread of its own: those that answer requests must not, see ``Notifier``.
///
/// Only small reads that jump about get it: those that go on have the kernel's readahead, which asks
/// for the same pages at the same time. It is a favour and nothing more. What waits is bounded in bytes; beyond that, pieces are dropped,
/// and the kernel asks for them when somebody reads them. What waits already, or is being pushed, is
/// not taken again.
final class Pusher: Sendable {
  fileprivate struct Place: Hashable {
    var node: NodeID
    var offset: UInt64
  }

  fileprivate struct Piece {
    let node: NodeID
    let bytes: OfferedBytes

    var place: Place { Place(node: node, offset: bytes.offset) }
  }

  fileprivate struct State {
    var waiting: [Piece] = []
    /// Of what waits or is being pushed.
    var places: Set<Place> = []
    var byteCount = 0
    var reads = RecentReads()
    var counts = PushCounts()
  }

  /// Up to how many bytes a read is small.
  private static let longestRead = 32 << 10

  private let limit: Int
  private let state = Mutex(State())
  private let wakeUp = WakeUp()

  /// Makes a pusher for which at most so many bytes wait.
  init(limit: Int) { self.limit = limit }

  /// What has become of all pieces so far.
  var counts: PushCounts { state.withLock { $0.counts } }

  /// Notes a read that is about to be answered, and says whether what it brings along is wanted.
  func note(_ reply: ReadReply, of node: NodeID, at offset: UInt64) -> Bool {
    let range = offset..<offset + UInt64(reply.count)
    let isJump = state.withLock { $0.reads.isJump(node, range) }
    return isJump && reply.count <= Self.longestRead && !reply.offers.isEmpty
  }

  /// Takes what a read brought along, to be pushed once it is answered; returns at once.
  func take(_ offers: [OfferedBytes], of node: NodeID) {
    let isAny = state.withLock { state in
      let before = state.waiting.count
      for bytes in offers { state.take(Piece(node: node, bytes: bytes), limit: limit) }
      return state.waiting.count > before
    }
    if isAny { wakeUp.now() }
  }

  /// Pushes what waits until ``end()``, or the end of the session.
  func run(_ notifier: Notifier) {
    while wakeUp.wait(seconds: 3600) {
      let pieces = state.withLock { state in
        defer { state.waiting = [] }
        return state.waiting
      }
      for piece in pieces {
        let failure = store(piece, notifier)
        state.withLock { $0.note(piece, failure) }
        if failure == .socketNotConnected { return }
      }
    }
  }

  /// Makes ``run(_:)`` return once it has pushed what it took last.
  func end() { wakeUp.end() }

  private func store(_ piece: Piece, _ notifier: Notifier) -> Errno? {
    do throws(Errno) {
      try notifier.store(
        piece.bytes.buffer, piece.bytes.range, in: piece.node, at: piece.bytes.offset)
      return nil
    } catch {
      return error
    }
  }
}

extension Pusher.State {
  /// Has a piece wait, if there is room and it does not wait already.
  fileprivate mutating func take(_ piece: Pusher.Piece, limit: Int) {
    guard !places.contains(piece.place) else { return }
    guard byteCount + piece.bytes.range.count <= limit else {
      counts.dropped += 1
      return
    }
    places.insert(piece.place)
    byteCount += piece.bytes.range.count
    waiting.append(piece)
  }

  /// Counts a piece that waits no longer.
  fileprivate mutating func note(_ piece: Pusher.Piece, _ failure: Errno?) {
    places.remove(piece.place)
    byteCount -= piece.bytes.range.count
    if failure == nil {
      counts.pushed += 1
      counts.bytes += UInt64(piece.bytes.range.count)
    } else {
      counts.refused += 1
    }
  }
}
