internal import Digests
internal import Flattening
internal import ImageImport
internal import Store

/// What an import did, for programs: firn-import(1), "EVENTS".
struct SummaryObject: Encodable {
  /// How often something was left out or changed.
  struct Dropped: Encodable {
    let accessControlLists: Int
    let securityLabels: Int
    let overlayXattrs: Int
    let otherXattrs: Int
    let clampedTimes: Int
  }

  let event = "summary"
  let image: String
  let names: [String]
  let id: String
  let digest: String
  let layers: Int
  let fetchedLayers: Int
  let reusedLayers: Int
  let fetchedBytes: UInt64
  let size: UInt64
  let dataBytes: UInt64
  let storedBytes: UInt64
  let dedupRatio: Double?
  let dropped: Dropped
  let unchanged: Bool
  let visibility: String?

  init(_ summary: ImportSummary, image: String) {
    self.image = image
    names = summary.names
    id = summary.id
    digest = "\(summary.digest)"
    layers = summary.layers
    fetchedLayers = summary.fetchedLayers
    reusedLayers = summary.reusedLayers
    fetchedBytes = summary.fetchedBytes
    size = summary.contentSize
    dataBytes = summary.dataBytes
    storedBytes = summary.storedBytes
    dedupRatio = summary.dedupRatio
    dropped = Dropped(summary.report)
    unchanged = summary.wasUnchanged
    visibility = summary.newAccess?.visibility.rawValue
  }
}

extension SummaryObject.Dropped {
  fileprivate init(_ report: FlatteningReport) {
    accessControlLists = report.accessControlLists
    securityLabels = report.securityLabels
    overlayXattrs = report.overlayXattrs
    otherXattrs = report.unsupportedXattrs
    clampedTimes = report.clampedTimes
  }
}
