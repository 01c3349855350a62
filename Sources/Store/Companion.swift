public import Digests

/// A file that says something of an image and is of no use without it: a start bundle or an access
/// trace (firn-store(5), "Layout").
///
/// Its name is the image's root identity in hexadecimal, alone or with a full stop and a text after
/// it.
public struct Companion: Hashable, Sendable {
  /// The file.
  public let path: StorePath
  /// The root identity of the image.
  public let rootIdentity: SHA256Digest

  /// Reads a file's name; nil where it is not of `bundles/` or `traces/` or has another form.
  public init?(_ path: StorePath) {
    guard path.area == .bundles || path.area == .traces else { return nil }
    let parts = path.name.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    guard let digest = SHA256Digest(hex: String(parts[0])), digest.hex == parts[0] else {
      return nil
    }
    self.path = path
    rootIdentity = digest
  }
}
