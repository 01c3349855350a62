internal import Failures
internal import Linux
public import Logging
public import Store

/// How far a check has come.
public enum CheckProgress: Hashable, Sendable {
  /// The structure is being checked.
  case structure
  /// So many bytes of packs are checked, of so many.
  case data(done: UInt64, total: UInt64)
  /// What was found is being repaired; the text says what.
  case repair(String)
}

/// Checks a store: its structure always, and the content of its blocks when asked to.
///
/// Reads only, and beside any other command.
public struct ConsistencyCheck: Sendable {
  /// How a check is done.
  public struct Options: Sendable {
    /// Whether every stored block is read and checked.
    public var checksData = false
    /// How many threads check blocks.
    public var threads = 1
    /// How fast blocks may be read; nil for as fast as they can be.
    public var rate: RateLimit?
    /// Where progress in checking blocks is kept; nil for nowhere.
    public var record: ScanRecord?
    /// Asked often; ends the check when it says so.
    public var isCancelled: @Sendable () -> Bool = { false }

    /// Makes options for a check of the structure.
    public init() {}
  }

  let store: Store
  let options: Options
  let logger: Logger
  let progress: @Sendable (CheckProgress) -> Void

  /// Prepares a check.
  ///
  /// - Parameter progress: Called from several threads, often.
  public init(
    _ store: Store, _ options: Options = Options(), logger: Logger,
    progress: @escaping @Sendable (CheckProgress) -> Void = { _ in }
  ) {
    self.store = store
    self.options = options
    self.logger = logger
    self.progress = progress
  }

  /// Checks the store.
  public func run() -> CheckReport { findings().report }

  /// What was found, before it is sorted into a report.
  struct Findings {
    var problems: [Problem]
    var catalog: Catalog?
    /// The packs all blocks of which were checked and found whole.
    var wholePacks: Set<PackID> = []
    var checkedPacks = 0
    var isComplete = true

    var report: CheckReport {
      var report = CheckReport(problems, catalog: catalog)
      report.checkedPacks = checkedPacks
      report.isComplete = isComplete
      return report
    }
  }

  func findings() -> Findings {
    progress(.structure)
    var structure = StoreCheck(store)
    structure.run()
    var result = Findings(problems: structure.findings, catalog: structure.catalog)
    if options.checksData { checkData(of: structure.soundPacks, &result) }
    return result
  }

  private func checkData(of packs: [PackRecord], _ result: inout Findings) {
    // A mark is newer than a record, or as old: what is marked is read again.
    let marked = Set(packs.filter(\.isDamaged).map(\.id))
    let earlier = (options.record?.finished ?? [:]).filter { !marked.contains($0.key) }
    let notes = ScanNotes(total: packs.reduce(0) { $0 + $1.size }, progress)
    for pack in packs {
      if let found = earlier[pack.id] { notes.skip(pack, found) }
    }
    let scan = DataScan(
      DataScan.Orders(
        store: store, packs: packs.filter { earlier[$0.id] == nil },
        willRead: { [options] bytes in
          guard !options.isCancelled() else { return false }
          options.rate?.wait(for: bytes)
          notes.willRead(bytes)
          return true
        },
        packDone: { pack, problems in
          notes.add(pack, problems)
          record(pack.id, problems)
        }))
    result.isComplete = scan.run(threads: options.threads)
    endRecord(isComplete: result.isComplete)
    let found = notes.found
    result.checkedPacks = found.count
    result.wholePacks = Set(found.filter { $0.value.isEmpty }.keys)
    let problems = packs.flatMap { found[$0.id] ?? [] }
    result.problems += result.catalog.map { BlockUsers($0, of: store).attribute(problems) } ?? []
  }

  private func record(_ pack: PackID, _ problems: [Problem]) {
    do {
      try options.record?.add(pack, problems)
    } catch {
      logger.warning(
        "progress cannot be written down", metadata: ["reason": "\(error.failure.description)"])
    }
  }

  private func endRecord(isComplete: Bool) {
    do {
      if isComplete { try options.record?.remove() } else { try options.record?.flush() }
    } catch {
      logger.warning(
        "progress cannot be written down", metadata: ["reason": "\(error.failure.description)"])
    }
  }
}
