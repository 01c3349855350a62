public import Digests
public import Store

extension AccessTrace {
  /// What was recorded while an image started: each page once, where it was first read.
  public init(of rootIdentity: SHA256Digest, recorded runs: [PageRun], isExact: Bool) {
    var seen = PageSet()
    var distinct: [PageRun] = []
    for run in runs { distinct += seen.add(run) }
    self.init(
      rootIdentity: rootIdentity, isExact: isExact,
      runs: Array(distinct.prefix(Self.mostRuns)))
  }

  /// Several traces of one image as one: the pages of the first, then what the others add.
  ///
  /// Where there are exact traces the others do not count: most of what they say is readahead's.
  /// - Returns: nil where there is no trace.
  public static func merged(_ traces: [AccessTrace]) -> AccessTrace? {
    guard let identity = traces.first?.rootIdentity else { return nil }
    let exact = traces.filter(\.isExact)
    return AccessTrace(
      of: identity, recorded: (exact.isEmpty ? traces : exact).flatMap(\.runs),
      isExact: !exact.isEmpty)
  }

  /// The pages of a bundle, as if they had been read.
  public init(of bundle: BundleTable) {
    self.init(
      of: bundle.rootIdentity, recorded: bundle.entries.map(\.run), isExact: bundle.isExact)
  }

  /// How many of its pages are in none of some other traces.
  public func pageCount(missingIn others: [AccessTrace]) -> Int {
    var known = PageSet()
    for run in others.flatMap(\.runs) { _ = known.add(run) }
    let before = known.count
    for run in runs { _ = known.add(run) }
    return known.count - before
  }

  /// How many pages there are.
  public var pageCount: Int { runs.reduce(0) { $0 + Int($1.count) } }
}
