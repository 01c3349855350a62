internal import ImageTree
internal import StartBundles
internal import Store

/// Writes what an image read when it started to its store, and makes the image's bundle of it.
///
/// Only where the store knows nothing better: a bundle that nodes made is made again only when a
/// tenth or more of what was read is missing in it, one that was guessed when anything is, and none
/// that was recorded on purpose.
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
    // Most starts end here, and ask nothing of the store.
    if let bundle, bundle.isExact || trace.pageCount(missingIn: [AccessTrace(of: bundle)]) == 0 {
      return false
    }
    let store = content.store
    let known = try store.traces(of: record.rootIdentity)
    guard let trace = Self.addition(trace, to: known, beside: bundle) else { return false }
    let staging = try store.stage(purpose: "access trace")
    defer { staging.finish() }
    try staging.write(trace)
    guard let merged = AccessTrace.merged(known + [trace]) else { return false }
    let image = try LoadedImage(try store.imageObject(record.object), source: content)
    _ = try BundleBuilder(sizeLimit: Self.sizeLimit).build(
      merged, from: ImagePages(image), in: staging)
    return true
  }

  /// What is to be written: the trace, if it is worth it.
  ///
  /// A bundle without traces was guessed. The kernel asks for nothing of it that came in time, so
  /// all of it counts as read: what a start does read of a guess is most of it.
  static func addition(
    _ trace: AccessTrace, to known: [AccessTrace], beside bundle: BundleTable?
  ) -> AccessTrace? {
    guard !known.contains(where: \.isExact), bundle?.isExact != true else { return nil }
    guard let bundle else { return known.isEmpty ? trace : nil }
    let pushed = AccessTrace(of: bundle)
    let missing = trace.pageCount(missingIn: known + [pushed])
    guard known.isEmpty else { return missing * 10 >= pushed.pageCount ? trace : nil }
    guard missing > 0 else { return nil }
    return AccessTrace(
      of: trace.rootIdentity, recorded: pushed.runs + trace.runs, isExact: false)
  }
}
