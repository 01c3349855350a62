internal import ImageTree
internal import StartBundles
internal import Store

/// Writes what an image read when it started to its store, and makes the image's bundle of it.
///
/// Only where the store knows nothing better: a store with a bundle gets another only when a
/// tenth or more of what was read is missing in it, and none that was recorded on purpose gets any.
struct TracePublication {
  /// Fewer pages are not worth a file.
  private static let leastPages = 64
  /// How large a bundle may become that was made of readahead's pages, too.
  private static let sizeLimit: UInt64 = 64 << 20

  private let content: StoreContent
  private let record: ImageRecord

  init(_ content: StoreContent, _ record: ImageRecord) {
    self.content = content
    self.record = record
  }

  /// Writes a trace, if it is worth it, and makes the bundle.
  ///
  /// - Parameter bundle: The table of the bundle that was in use when the trace was recorded.
  /// - Returns: Whether there is anything new.
  func publish(_ trace: AccessTrace, beside bundle: BundleTable?) throws -> Bool {
    guard trace.pageCount >= Self.leastPages else { return false }
    let store = content.store
    if let bundle {
      guard !bundle.isExact, trace.pageCount * 10 >= bundle.pageCount else { return false }
    }
    let known = try store.traces(of: record.rootIdentity)
    if bundle == nil, !known.isEmpty { return false }
    let staging = try store.stage(purpose: "access trace")
    defer { staging.finish() }
    try staging.write(trace)
    guard let merged = AccessTrace.merged(known + [trace]) else { return false }
    let image = try LoadedImage(try store.imageObject(record.object), source: content)
    _ = try BundleBuilder(sizeLimit: Self.sizeLimit).build(
      merged, from: ImagePages(image), in: staging)
    return true
  }
}

extension BundleTable {
  /// How many pages it has.
  var pageCount: Int { entries.reduce(0) { $0 + Int($1.run.count) } }
}
