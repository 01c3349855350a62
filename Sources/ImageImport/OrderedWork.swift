/// Runs work on other threads, a bounded amount at once, and hands out results in the order in
/// which the work was given.
///
/// For one task; letting go of it with work under way cancels that.
struct OrderedWork<Input: Sendable, Output: Sendable>: ~Copyable {
  private let limit: Int
  private let work: @Sendable (Input) -> Output
  /// Never more than ``limit`` and one; what has been taken is let go of at once.
  private var running: [Task<Output, Never>] = []

  /// - Parameter limit: How many pieces of work may be given before results must be taken.
  init(limit: Int, _ work: @escaping @Sendable (Input) -> Output) {
    self.limit = limit
    self.work = work
  }

  deinit {
    for task in running { task.cancel() }
  }

  /// Gives a piece of work.
  ///
  /// - Returns: The oldest result, waited for, when as much is under way as may be; otherwise nil.
  mutating func give(_ input: Input) async -> Output? {
    let work = work
    running.append(Task { work(input) })
    guard running.count > limit else { return nil }
    return await take()
  }

  /// Waits for the oldest result; nil when all have been taken.
  mutating func take() async -> Output? {
    guard !running.isEmpty else { return nil }
    let task = running.removeFirst()
    return await task.value
  }
}
