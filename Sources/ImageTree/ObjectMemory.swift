internal import Synchronization

/// How much memory the objects of images take together: when it becomes too much, those that were
/// needed least recently are let go, and read again if they are needed after all.
///
/// Somebody who lists every image of a site must not make a node hold them all for ever.
final class ObjectMemory: Sendable {
  private struct Held {
    let slot: ObjectSlot
    let byteCount: Int
  }

  private struct State {
    var held: [ObjectIdentifier: Held] = [:]
    var byteCount = 0
  }

  private let limit: Int
  private let state = Mutex(State())
  private let clock = Atomic<UInt64>(1)

  /// - Parameter limit: How many bytes all objects may take; one alone may take more.
  init(limit: Int) { self.limit = limit }

  /// A clock that ticks whenever an object is read: what is used between two ticks is as recent.
  var now: UInt64 { clock.load(ordering: .relaxed) }

  /// How many bytes are held.
  var byteCount: Int { state.withLock { $0.byteCount } }

  /// Notes that a slot has an object now, and empties others until there is room.
  func note(_ slot: ObjectSlot, byteCount: Int) {
    clock.add(1, ordering: .relaxed)
    let gone = state.withLock { state in
      let new = Held(slot: slot, byteCount: byteCount)
      if let old = state.held.updateValue(new, forKey: ObjectIdentifier(slot)) {
        state.byteCount -= old.byteCount
      }
      state.byteCount += byteCount
      return Self.makeRoom(&state, limit, sparing: slot)
    }
    for slot in gone { slot.unload() }
  }

  private static func makeRoom(
    _ state: inout State, _ limit: Int, sparing new: ObjectSlot
  ) -> [ObjectSlot] {
    guard state.byteCount > limit else { return [] }
    var gone: [ObjectSlot] = []
    let others = state.held.values.filter { $0.slot !== new }
    for old in others.sorted(by: { $0.slot.lastUse < $1.slot.lastUse }) {
      guard state.byteCount > limit else { break }
      state.held[ObjectIdentifier(old.slot)] = nil
      state.byteCount -= old.byteCount
      gone.append(old.slot)
    }
    return gone
  }
}
