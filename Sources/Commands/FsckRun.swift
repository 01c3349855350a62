internal import ArgumentParser
internal import Consistency
internal import Failures
internal import FoundationEssentials
internal import Linux
public import Store
internal import SystemPackage

/// One run of `firn fsck`.
public struct FsckRun: Sendable {
  private let options: FsckOptions

  /// Prepares a run.
  public init(_ options: FsckOptions) { self.options = options }

  /// Checks, repairs or touches, as the options say, and prints what came of it.
  ///
  /// - Parameters:
  ///   - relink: Links an image of a store anew from its recipes; false when that is impossible.
  ///   - reimport: Imports the images of these references into a store again; nil where references
  ///     are not understood.
  /// - Throws: `ExitCode` 1 after a repair of everything, and `Failure` when problems are left or
  ///   the check was interrupted.
  public func run(
    relink: (@Sendable (Store, ImageRecord) throws -> Bool)? = nil,
    reimport: (@Sendable (Store, [String]) async throws -> Void)? = nil
  ) async throws {
    let store = try openStore()
    if options.keepalive { return try keepAlive(store) }
    let (stores, references) = try sources(takesReferences: reimport != nil)
    var aids = Repair.Aids()
    aids.sources = stores
    if let relink { aids.relink = { try relink(store, $0) } }
    if let reimport, !references.isEmpty {
      aids.reimport = { try await reimport(store, references) }
    }
    let flag = CancellationFlag()
    let signals = try SignalWaiter(SignalWaiter.Signal.allCases) { _ in flag.set() }
    defer { withExtendedLifetime(signals) {} }
    let display = FsckDisplay(isQuiet: options.json.isOn)
    let check = ConsistencyCheck(
      store, try checkOptions(store, flag), logger: Log.make()
    ) { display.show($0) }
    let report = options.repair ? await Repair(check, aids).run() : check.run()
    display.end()
    try print(report)
  }

  private func openStore() throws -> Store {
    do {
      return try options.store.openOnly()
    } catch StoreError.notAStore(let place) {
      let names = (try? PosixDirectory(FilePath(place)).list(.root)) ?? []
      guard names.contains(StoreArea.generations.rawValue) else {
        throw StoreError.notAStore(place)
      }
      throw Failure(
        .storeCorrupt, "firn.json is missing from the store in \(place)",
        nextStep: "Restore it from a backup or a snapshot of the file system")
    }
  }

  /// The other stores, and the references of images.
  private func sources(takesReferences: Bool) throws -> (stores: [Store], references: [String]) {
    var stores: [Store] = []
    var references: [String] = []
    for text in options.sources {
      let isPath = text.hasPrefix("/") || text.hasPrefix(".")
      if let store = try Self.otherStore(text) {
        stores.append(store)
      } else if takesReferences, !isPath {
        references.append(text)
      } else {
        throw StoreError.notAStore(text)
      }
    }
    return (stores, references)
  }

  /// The store in a directory; nil where there is none.
  private static func otherStore(_ path: String) throws(StoreError) -> Store? {
    do throws(StoreError) {
      return try Store.open(PosixDirectory(FilePath(path)))
    } catch {
      if case .notAStore = error { return nil }
      throw error
    }
  }

  private func checkOptions(
    _ store: Store, _ flag: CancellationFlag
  ) throws -> ConsistencyCheck.Options {
    var result = ConsistencyCheck.Options()
    result.isCancelled = { flag.isSet }
    guard options.data else { return result }
    result.checksData = true
    result.threads = ProcessInfo.processInfo.activeProcessorCount
    result.rate = options.rate.map {
      RateLimit(bytesPerSecond: $0.multipliedReportingOverflow(by: 1_000_000).partialValue)
    }
    let path = try options.stateFile.map { FilePath($0) } ?? FsckPlace.record(of: store)
    if let path {
      result.record = try ScanRecord(
        at: path, of: store, resuming: options.resume || options.stateFile != nil)
    }
    return result
  }

  private func print(_ report: CheckReport) throws {
    if options.json.isOn {
      try Output.json(FsckObject(report))
    } else {
      Output.lines(FsckReport(report).lines)
    }
    guard report.isComplete else {
      throw Failure(
        .interrupted, "the check was interrupted",
        nextStep: options.data ? "Go on with the same options and --resume" : "Run it again")
    }
    switch report.verdict {
    case .clean: return
    case .repaired: throw ExitCode(1)
    case .damaged: throw FsckReport(report).failure(repairing: options.repair)
    }
  }

  private func keepAlive(_ store: Store) throws {
    let done = try Keepalive(store).run()
    if options.json.isOn {
      try Output.json(KeepaliveObject(done))
    } else {
      Output.lines(done.problems.map(\.description) + ["\(done.touched) files touched"])
    }
    guard done.problems.isEmpty else {
      throw Failure(
        .problemsFound, "\(done.problems.count) files that the store needs could not be touched",
        nextStep: "Run firn fsck to see which images they belong to")
    }
  }
}
