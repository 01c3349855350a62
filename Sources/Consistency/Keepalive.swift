internal import Linux
public import Store
internal import SystemPackage

/// Makes the files that a store needs look used, for file systems where a cleaner removes what
/// nobody has used for weeks.
///
/// Exactly what the newest catalog lists is touched, with it that generation, firn.json, the history
/// and leases. What no catalog lists any more, older generations and layer recipes are left to the
/// cleaner.
public struct Keepalive: Sendable {
  /// What was done.
  public struct Report: Sendable {
    /// How many files were touched.
    public var touched = 0
    /// The files that are gone, or could not be touched.
    public var problems: [Problem] = []
  }

  private let store: Store

  /// Prepares to touch the files of a store.
  public init(_ store: Store) { self.store = store }

  /// Touches every file: one path operation each.
  ///
  /// - Throws: What reading the newest catalog throws.
  public func run() throws(StoreError) -> Report {
    let catalog = try store.newest()
    var report = Report()
    let own = [StorePath(.root, "firn.json"), StorePath(.generations, "\(catalog.generation)")]
    for path in own + catalog.listedPaths.sorted(by: { $0.description < $1.description }) {
      do throws(SystemError) {
        try store.directory.touch(path)
        report.touched += 1
      } catch {
        report.problems.append(problem(error, path, catalog))
      }
    }
    touchChanging(&report)
    return report
  }

  /// Touches the history and leases, which others may replace meanwhile and may own.
  private func touchChanging(_ report: inout Report) {
    let history = (try? store.historyPaths()) ?? []
    let leases = (try? store.leases().map { StorePath(.leases, $0.name) }) ?? []
    for path in history + leases {
      if (try? store.directory.touch(path)) != nil { report.touched += 1 }
    }
  }

  private func problem(_ error: SystemError, _ path: StorePath, _ catalog: Catalog) -> Problem {
    let pack = catalog.packs.first { $0.path == path }
    let images =
      pack.map { catalog.images(countingOn: $0) }
      ?? catalog.images.filter { $0.path == path }.map(\.id)
    guard error.errno == .noSuchFileOrDirectory else {
      return Problem(.unreadable, path, error.description, images: images)
    }
    return Problem(.missing, path, "it is counted on and is not there", images: images)
  }
}
