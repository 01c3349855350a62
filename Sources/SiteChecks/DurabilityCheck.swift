internal import Linux

/// Whether files and names can be made durable.
struct DurabilityCheck {
  static let name = "fsync"
  /// Milliseconds from which on publishing is felt to be slow.
  static let slow = 2000

  var store: String
  var outcome: Result<Int, SystemError>

  var result: CheckResult {
    switch outcome {
    case .success(let milliseconds) where milliseconds > Self.slow:
      CheckResult(
        Self.name, of: store, .note,
        "a file and its directory are durable after \(milliseconds) ms, which is slow")
    case .success(let milliseconds):
      CheckResult(
        Self.name, of: store, .ok,
        "a file and its directory are durable after \(milliseconds) ms")
    case .failure(let error):
      CheckResult(
        Self.name, of: store, .problem, "what is written cannot be made durable: \(error)",
        nextStep: "Keep the store on a file system with fsync(2) on files and directories")
    }
  }
}
