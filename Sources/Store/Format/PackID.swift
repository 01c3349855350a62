public import Digests

/// The name of a pack: the SHA-256 of its trailer (firn-store(5), "Packs").
///
/// The trailer has the place and checksum of every block, so the name stands for the whole pack.
public struct PackID: Hashable, Sendable {
  /// The digest of the trailer.
  public let digest: SHA256Digest

  /// Names a pack.
  public init(_ digest: SHA256Digest) { self.digest = digest }
}

extension PackID: Comparable, CustomStringConvertible {
  /// Compares the digests' bytes.
  public static func < (left: PackID, right: PackID) -> Bool { left.digest < right.digest }

  /// The digest in hexadecimal: the name of the pack's file.
  public var description: String { digest.hex }
}
