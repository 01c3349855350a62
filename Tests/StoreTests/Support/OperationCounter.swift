import Store
import StoreSimulation
import Synchronization

/// Counts the operations on a directory.
final class OperationCounter: Sendable {
  private let counts = Mutex<[StoreOperation.Call: Int]>([:])

  var opens: Int { counts.withLock { $0[.open] ?? 0 } }
  var wholeReads: Int { counts.withLock { $0[.read] ?? 0 } }
  var reads: Int { counts.withLock { $0[.readOpen] ?? 0 } }

  func directory(_ base: any StoreDirectory) -> GatedDirectory {
    GatedDirectory(base) { operation in
      self.counts.withLock { $0[operation.call, default: 0] += 1 }
      return .proceed
    }
  }
}
