internal import Digests
internal import Store
internal import Synchronization

/// The images of a store that have been started on this node: the latest, and the sum of all.
final class ImageStarts: Sendable {
  /// How many are remembered one by one.
  static let most = 32

  private struct State {
    var latest: [StartMeter] = []
    /// By the digests of their objects.
    var known: Set<SHA256Digest> = []
    /// Of those that are remembered no longer.
    var former = StartCost()
  }

  private let state = Mutex(State())

  /// The start of an image whose object is about to be read; nil where that was long ago, and the
  /// object was only let go of.
  func begin(_ record: ImageRecord) -> StartMeter? {
    state.withLock { state in
      guard state.known.insert(record.object).inserted else {
        return state.latest.first { $0.object == record.object }
      }
      let start = StartMeter(record)
      state.latest.append(start)
      if state.latest.count > Self.most {
        state.former = state.former + state.latest.removeFirst().cost
      }
      return start
    }
  }

  /// Takes back a start whose object could not be read.
  func cancel(_ start: StartMeter) {
    state.withLock { state in
      guard let place = state.latest.firstIndex(where: { $0 === start }) else { return }
      state.latest.remove(at: place)
      state.known.remove(start.object)
    }
  }

  /// The latest, the last one first.
  var latest: [StartMeter] { state.withLock { $0.latest.reversed() } }

  /// How many there have been, and what all have cost.
  var total: (count: Int, cost: StartCost) {
    state.withLock { state in
      (state.known.count, state.latest.reduce(state.former) { $0 + $1.cost })
    }
  }
}
