/// Tasks that wait for a turn, in the order in which they came; for use by one actor.
struct WaitingTasks {
  /// What tells a waiting task from others.
  typealias Ticket = UInt64

  private var next: Ticket = 0
  private var waiting: [(ticket: Ticket, continuation: CheckedContinuation<Void, any Error>)] = []

  /// How many wait.
  var count: Int { waiting.count }

  /// A ticket that no other task has.
  mutating func ticket() -> Ticket {
    next += 1
    return next
  }

  /// Adds a task.
  mutating func add(_ ticket: Ticket, _ continuation: CheckedContinuation<Void, any Error>) {
    waiting.append((ticket, continuation))
  }

  /// Lets the first task go on.
  ///
  /// - Returns: False when none waits.
  mutating func resumeFirst() -> Bool {
    guard !waiting.isEmpty else { return false }
    waiting.removeFirst().continuation.resume()
    return true
  }

  /// Lets all tasks go on.
  mutating func resumeAll() { while resumeFirst() {} }

  /// Ends the waiting of a task that was cancelled; one that has gone on is fine.
  mutating func cancel(_ ticket: Ticket) {
    guard let index = waiting.firstIndex(where: { $0.ticket == ticket }) else { return }
    waiting.remove(at: index).continuation.resume(throwing: CancellationError())
  }
}
