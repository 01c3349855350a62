internal import Synchronization

/// How far a stream has been read.
final class Cursor: Sendable {
  private let value = Atomic<UInt64>(0)

  var position: UInt64 { value.load(ordering: .relaxed) }

  func advance(by count: UInt64) { value.wrappingAdd(count, ordering: .relaxed) }
}
