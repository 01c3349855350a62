internal import Commands
internal import Digests
internal import Flattening
internal import ImageImport

/// What an import did, for people.
struct SummaryLines {
  private let summary: ImportSummary

  init(_ summary: ImportSummary) { self.summary = summary }

  var lines: [String] {
    let name = summary.names.first ?? String(summary.id.prefix(12))
    guard !summary.wasUnchanged else { return ["\(name): the store has it already"] }
    let ratio = summary.dedupRatio.map { " (dedup \(Output.fixed($0, $0 < 9.95 ? 1 : 0)))" } ?? ""
    return [
      "\(name): \(summary.layers) layers (\(summary.reusedLayers) known, "
        + "\(summary.fetchedLayers) fetched, \(Output.bytes(summary.fetchedBytes))), "
        + "\(Output.bytes(summary.contentSize)) of files, "
        + "\(Output.bytes(summary.storedBytes)) new in the store\(ratio)"
    ] + dropped.map { "  \($0)" }
  }

  private var dropped: [String] {
    let report = summary.report
    let counts: [(Int, String)] = [
      (report.accessControlLists, "POSIX access control lists left out: SquashFS has none"),
      (report.securityLabels, "SELinux labels left out"),
      (report.overlayXattrs, "overlayfs attributes left out"),
      (report.unsupportedXattrs, "extended attributes left out: outside user, trusted, security"),
      (report.clampedTimes, "times before 1970 or after 2106 moved to the nearest possible"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
  }
}
