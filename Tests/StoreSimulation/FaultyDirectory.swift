public import Store
internal import Synchronization
public import SystemPackage

/// A directory on which chosen operations fail, come back short or hang.
///
/// Thread-safe; copies are one directory. Operations are counted from 1 in the order in which they are asked for, reads of open files
/// included.
public struct FaultyDirectory: ForwardingDirectory {
  /// The two faults that tests sweep over every operation.
  public enum Mode: Sendable {
    /// Every operation from the n-th on fails: the process was killed.
    case dead
    /// The n-th operation alone fails, with this error.
    case once(Errno)
  }

  private final class Count: Sendable {
    let value = Mutex(0)
  }

  /// The directory below, behind its gate.
  public let base: any StoreDirectory
  private let count = Count()

  /// A directory with a fault.
  public init(_ base: any StoreDirectory, _ fault: Fault) {
    self.base = GatedDirectory(base) { [count] operation in
      let number = count.value.withLock { count in
        count += 1
        return count
      }
      guard fault.befalls(operation, number: number) else { return .proceed }
      switch fault.effect {
      case .error(let errno, let progress): return .fail(errno, after: progress)
      case .shortRead: return .readShort
      case .hang(let hang):
        hang.pass()
        return .proceed
      }
    }
  }

  /// A directory whose n-th operation fails; a write then leaves half of its bytes behind, as a
  /// full disk or a kill does.
  public init(_ base: any StoreDirectory, at operation: Int, _ mode: Mode) {
    switch mode {
    case .dead: self.init(base, Fault(.from(operation), .error(.ioError, after: .half)))
    case .once(let errno):
      self.init(base, Fault(.operation(operation), .error(errno, after: .half)))
    }
  }

  /// How many operations were asked for.
  public var operations: Int { count.value.withLock { $0 } }
}
