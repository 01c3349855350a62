/// Lets a bounded number of tasks fetch at once, in the order in which they come.
actor FetchSlots {
  private var free: Int
  private var waiting = WaitingTasks()

  /// How many tasks wait for a slot.
  var waitingCount: Int { waiting.count }

  /// - Parameter count: How many there are.
  init(_ count: Int) { free = count }

  /// Does something as soon as there is a slot for it.
  ///
  /// - Throws: What the body throws; `CancellationError` when the task is cancelled before.
  nonisolated func using<Result: Sendable>(
    _ body: @Sendable () async throws -> Result
  ) async throws -> Result {
    try await enter()
    do {
      let result = try await body()
      await leave()
      return result
    } catch {
      await leave()
      throw error
    }
  }

  private func enter() async throws {
    try Task.checkCancellation()
    guard free == 0 else {
      free -= 1
      return
    }
    let ticket = waiting.ticket()
    try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation {
        (continuation: CheckedContinuation<Void, any Error>) in
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else {
          waiting.add(ticket, continuation)
        }
      }
    } onCancel: {
      Task { await self.cancel(ticket) }
    }
  }

  private func cancel(_ ticket: WaitingTasks.Ticket) { waiting.cancel(ticket) }

  private func leave() {
    if !waiting.resumeFirst() { free += 1 }
  }
}
