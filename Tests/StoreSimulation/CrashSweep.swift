public import Store
internal import Synchronization

/// A state that a crash of the machine may leave: where it happened, and what survived it.
public struct CrashState: CustomStringConvertible, Sendable {
  /// How many operations the command had done.
  public let operations: Int
  /// What was about to be done; nil when the command had returned.
  public let next: StoreOperation?
  /// What survived.
  public let survival: Survival
  /// The directory as it is found afterwards.
  public let directory: MemoryDirectory

  /// Whether the command had returned, so that what it did must have survived.
  public var hasReturned: Bool { next == nil }

  /// Names the state, to be found again in a test's output.
  public var description: String {
    "crash after \(operations) operations, before \(next.map { "\($0)" } ?? "the next command"): "
      + "\(survival)"
  }
}

/// Crashes of the machine between any two operations of a command.
public enum CrashSweep {
  /// Runs a command once, undisturbed, and gives every state that a crash may leave before each of
  /// its operations and after the last, each different state once.
  ///
  /// What the command throws is thrown. The same seeds give the same choices of what survives.
  /// - Parameters:
  ///   - start: What is there before, all of it durable; it is not changed.
  ///   - seeds: The random survivals tried at each operation besides the regular ones.
  public static func states(
    from start: MemoryDirectory, seeds: Range<UInt64> = 0..<4,
    running command: (any StoreDirectory) throws -> Void
  ) throws -> [CrashState] {
    let crashing = CrashingDirectory(start)
    let found = Mutex(Found())
    let counting = GatedDirectory(crashing) { operation in
      found.withLock { $0.add(crashing, before: operation, seeds) }
      return .proceed
    }
    try command(counting)
    return found.withLock { found in
      found.add(crashing, before: nil, seeds)
      return found.states
    }
  }

  private struct Known: Hashable {
    var contents: [StorePath: [UInt8]]
    var areas: Set<StoreArea>
  }

  private struct Found {
    var states: [CrashState] = []
    var operations = 0
    private var seen: Set<Known> = []

    mutating func add(
      _ crashing: CrashingDirectory, before next: StoreOperation?, _ seeds: Range<UInt64>
    ) {
      // What a returned command must not have lost is another question, about the same states.
      if next == nil { seen = [] }
      let done = UInt64(operations)
      let own = seeds.lowerBound &+ done &* 1000..<seeds.upperBound &+ done &* 1000
      for survival in crashing.survivals(seeds: own) {
        let directory = crashing.crash(survival)
        guard
          seen.insert(
            Known(contents: directory.contents, areas: directory.areas)
          ).inserted
        else { continue }
        states.append(
          CrashState(
            operations: operations, next: next, survival: survival, directory: directory))
      }
      operations += 1
    }
  }
}
