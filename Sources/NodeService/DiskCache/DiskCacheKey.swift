internal import Digests

/// What a record of a disk cache is of.
///
/// Two owners never share a record, whatever they say their content is: not everybody who may write
/// to the one store may write to the other.
struct DiskCacheKey: Hashable, Sendable {
  /// The kinds of content.
  enum Kind: UInt32, Sendable, CaseIterable {
    /// The stored bytes of a block, by the digest of its content.
    case block = 1
    /// The file of an image object, by its name.
    case object = 2
    /// The file of a generation, by the digest of its number.
    case generation = 3
    /// What is known of an image's start bundle (``KnownBundle``), by the image's root identity.
    case bundle = 4
    /// A part of a start bundle, by the digest of ``KnownBundle/copy`` and its offset.
    case bundlePart = 5
  }

  /// What kind of content it is.
  var kind: Kind
  /// The store, as ``CachedContent`` tells stores apart.
  var owner: SHA256Digest
  /// Which content of that kind.
  var name: SHA256Digest

  /// The key in 64 bits, by a function that no other process knows: nobody can make two keys that
  /// have the same, and where two have it by accident the checksum tells.
  var fingerprint: UInt64 { UInt64(bitPattern: Int64(hashValue)) }
}
