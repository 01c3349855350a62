public import Store

/// How well a start bundle suits what a start reads, in pages.
public struct BundleFit: Hashable, Sendable {
  /// The pages of the bundle that are read.
  public private(set) var used = 0
  /// The pages of the bundle that are not.
  public private(set) var unused = 0
  /// The pages that are read and not in the bundle.
  public private(set) var missing = 0

  /// Compares a bundle with what was read.
  public init(_ bundle: BundleTable, _ trace: AccessTrace) {
    self.init(bundle.entries.map(\.run), trace)
  }

  init(_ bundle: [PageRun], _ trace: AccessTrace) {
    var known = PageSet()
    for run in bundle { _ = known.add(run) }
    let size = known.count
    for run in trace.runs { missing += known.add(run).reduce(0) { $0 + Int($1.count) } }
    used = trace.pageCount - missing
    unused = size - used
  }
}
