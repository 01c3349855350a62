/// Lets a bounded number of tasks fetch at once, in the order in which they come.
actor FetchSlots {
  private var free: Int
  private var waiting: [CheckedContinuation<Void, Never>] = []

  /// - Parameter count: How many there are.
  init(_ count: Int) { free = count }

  /// Waits for a slot, to be given back with ``leave()``.
  func enter() async {
    guard free == 0 else {
      free -= 1
      return
    }
    await withCheckedContinuation { waiting.append($0) }
  }

  /// Gives a slot back.
  func leave() {
    if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
  }
}
