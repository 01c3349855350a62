public import Store

/// How well a start bundle suits what a start reads, in pages.
public struct BundleFit: Hashable, Sendable {
  /// The pages of the bundle that are read.
  public let used: Int
  /// The pages of the bundle that are not.
  public let unused: Int
  /// The pages that are read and not in the bundle.
  public let missing: Int

  /// Compares a bundle's pages with what was read.
  public init(_ bundle: AccessTrace, _ trace: AccessTrace) {
    missing = trace.pageCount(missingIn: [bundle])
    used = trace.pageCount - missing
    unused = bundle.pageCount - used
  }
}
