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
    let reused = summary.layers - summary.fetchedLayers
    return [
      "\(name): \(summary.layers) layers (\(reused) known, \(summary.fetchedLayers) fetched, "
        + "\(Output.bytes(summary.fetchedBytes))), \(Output.bytes(summary.contentSize)) of files, "
        + "\(Output.bytes(summary.storedBytes)) new in the store"
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

/// What an import did, for programs.
struct SummaryObject: Encodable {
  let names: [String]
  let id: String
  let digest: String
  let layers: Int
  let fetchedLayers: Int
  let fetchedBytes: UInt64
  let size: UInt64
  let storedBytes: UInt64
  let unchanged: Bool

  init(_ summary: ImportSummary) {
    names = summary.names
    id = summary.id
    digest = "\(summary.digest)"
    layers = summary.layers
    fetchedLayers = summary.fetchedLayers
    fetchedBytes = summary.fetchedBytes
    size = summary.contentSize
    storedBytes = summary.storedBytes
    unchanged = summary.wasUnchanged
  }
}
