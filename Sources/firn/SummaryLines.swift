internal import Commands
internal import Digests
internal import Flattening
internal import ImageImport
internal import Store

/// What an import did, for people.
struct SummaryLines {
  private let summary: ImportSummary

  init(_ summary: ImportSummary) { self.summary = summary }

  var lines: [String] {
    let name =
      summary.names.isEmpty
      ? String(summary.id.prefix(12)) : summary.names.joined(separator: ", ")
    guard !summary.wasUnchanged else { return ["\(name): the store has it already"] }
    let ratio = summary.dedupRatio.map { " (dedup \(Output.fixed($0, $0 < 9.95 ? 1 : 0)))" } ?? ""
    return [
      "\(name): \(ProgressText.layers(summary.layers)) (\(summary.reusedLayers) known, "
        + "\(summary.fetchedLayers) fetched, \(Output.bytes(summary.fetchedBytes))), "
        + "\(Output.bytes(summary.contentSize)) of files, "
        + "\(Output.bytes(summary.storedBytes)) new in the store\(ratio)"
    ] + (access + dropped).map { "  \($0)" }
  }

  private var access: [String] {
    guard let access = summary.newAccess else { return [] }
    return ["who sees it was changed: \(access.shortText) now"]
  }

  private var dropped: [String] {
    let report = summary.report
    let counts: [(Int, String, String)] = [
      (report.accessControlLists, "POSIX access control list", " left out: SquashFS has none"),
      (report.securityLabels, "SELinux label", " left out"),
      (report.overlayXattrs, "overlayfs attribute", " left out"),
      (
        report.unsupportedXattrs, "extended attribute",
        " left out: outside user, trusted, security"
      ),
      (report.clampedTimes, "time", " before 1970 or after 2106 moved to the nearest possible"),
    ]
    return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")\($0.2)" }
  }
}
