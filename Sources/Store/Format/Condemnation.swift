/// When something was condemned: no generation from that one on counts on it
/// (firn-store(5), "Collection").
public struct Condemnation: Hashable, Sendable, Codable {
  /// The first generation in which it is condemned.
  public var generation: UInt64
  /// When that was published: seconds since the epoch by the clock of the host that did it.
  public var time: Int64

  /// Makes a condemnation.
  public init(generation: UInt64, time: Int64) {
    self.generation = generation
    self.time = time
  }

  /// What a change writes, to be filled in when it is published.
  static let now = Condemnation(generation: 0, time: 0)

  /// Fills in what was not known when the change was made.
  mutating func stamp(_ operation: Operation, generation: UInt64) {
    guard self == .now else { return }
    self = Condemnation(generation: generation, time: operation.time)
  }
}
