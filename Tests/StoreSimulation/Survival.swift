/// What of the unsynchronised changes of a ``CrashingDirectory`` a crash of the machine leaves.
public enum Survival: Hashable, Sendable {
  /// Nothing that was not fsynced.
  case nothing
  /// Everything.
  case everything
  /// All names, but of no file more data than was fsynced.
  case names
  /// All data, but no name.
  case data
  /// The first so many changes, in the order in which they were made.
  case prefix(Int)
  /// As ``prefix(_:)``, and half of the bytes of the change after them if that is an append.
  case torn(Int)
  /// Each name's change or not, and any part of each file's data, as a seed decides.
  case random(seed: UInt64)
}

extension Survival: CustomStringConvertible {
  /// The case, to be found again in a test's output.
  public var description: String {
    switch self {
    case .nothing: "nothing unsynchronised survives"
    case .everything: "everything survives"
    case .names: "all names survive, no data"
    case .data: "all data survives, no names"
    case .prefix(let count): "the first \(count) changes survive"
    case .torn(let count): "the first \(count) changes and half an append survive"
    case .random(let seed): "what seed \(seed) decides survives"
    }
  }
}
