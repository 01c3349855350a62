internal import Failures
internal import Linux
internal import SystemPackage

/// What a store's file system does when it is tried out.
struct ProbeSite {
  private let store: String
  private let staging: FilePath
  private let partner: PartnerLaunch

  init(_ root: FilePath, partner: PartnerLaunch) {
    store = root.string
    staging = root.appending("staging")
    self.partner = partner
  }

  /// The names of what is checked here, when nothing can be.
  static let skipped = "try-out"

  /// Tries the file system out in a directory of its own; one note where that may not be made.
  func check() -> [CheckResult] {
    do throws(SystemError) {
      let directory = try ProbeDirectory(in: staging)
      let simple = try one(directory.path)
      return simple + two(directory.path)
    } catch {
      return [Self.refusal(error, store: store)]
    }
  }

  /// What it means that a file cannot be made in the store.
  static func refusal(_ error: SystemError, store: String) -> CheckResult {
    switch error.errno {
    case .permissionDenied, .notPermitted, .readOnlyFileSystem, .noSuchFileOrDirectory,
      .notDirectory:
      CheckResult(
        skipped, of: store, .note,
        "links, renames, fsync and the clock were not tried out: \(error.call): \(error.errno)",
        nextStep: "Run firn doctor as the store's owner")
    default:
      CheckResult(
        skipped, of: store, .problem, "the store cannot be written: \(error)",
        nextStep: error.failure.nextStep ?? "See what the file system's servers say")
    }
  }

  /// What one process can find out: durability and the clock.
  private func one(_ directory: FilePath) throws(SystemError) -> [CheckResult] {
    let path = directory.appending("file")
    let before = WallClock.seconds()
    let begin = MonotonicClock.seconds()
    let file = try OwnedDescriptor(
      opening: path, [.create, .exclusive, .writeOnly, .noFollow], mode: 0o600)
    try file.writeAll([UInt8(1)].span.bytes)
    let durable = Result { () throws(SystemError) in
      try file.synchronize()
      try Paths.synchronizeDirectory(directory)
      return Int((MonotonicClock.seconds() - begin) * 1000)
    }
    let modified = try file.status().modified
    // The file was written some time between the two: what lies between them is no difference.
    let after = WallClock.seconds()
    let difference = modified > after ? modified - after : min(0, modified - before)
    return [
      DurabilityCheck(store: store, outcome: durable).result,
      ClockCheck(store: store, difference: difference).result,
    ]
  }

  /// What takes two processes.
  private func two(_ directory: FilePath) -> [CheckResult] {
    do throws(RaceTrial.Failure) {
      let findings = try RaceTrial(in: directory, launch: partner).run()
      return [
        RaceCheck(store: store, kind: .create, race: findings.create).result,
        RaceCheck(store: store, kind: .link, race: findings.link).result,
        RenameCheck(store: store, report: findings.rename).result,
      ]
    } catch {
      switch error {
      case .system(let error):
        return [
          CheckResult(
            RenameCheck.name, of: store, .problem, "the file system refused: \(error)",
            nextStep: error.failure.nextStep ?? "See what the file system's servers say")
        ]
      case .partner(let text):
        return [
          CheckResult(
            Self.skipped, of: store, .warning, "a second process could not be used: \(text)",
            nextStep: "Please report this")
        ]
      }
    }
  }
}
