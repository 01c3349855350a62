internal import Failures
internal import Linux
internal import OCI
internal import Transports

/// How much room an import will need at most, as far as that can be told before anything is
/// fetched.
///
/// Layers are compressed in a registry about as well as in a store, so their sizes there are the
/// measure; what deduplication will save is not known yet, so that an import may be refused that
/// would just have fitted.
struct SpaceNeed: Hashable {
  /// For what is written beside blocks: image object, recipes, index run, generation.
  static let margin: UInt64 = 16 << 20
  /// Staged files, image object, index runs, generation.
  private static let fewFiles: UInt64 = 8

  /// Bytes.
  let bytes: UInt64
  /// Files.
  let inodes: UInt64

  /// What layers need that are not in the store.
  init(_ layers: [ImageLayer]) {
    let size = layers.byteCount
    bytes = Self.sum(Self.sum(size, size / 20), Self.margin)
    let packs = size / PackAppender.packSize + 1
    inodes = Self.sum(UInt64(layers.count) + Self.fewFiles, packs)
  }

  /// Throws `no-space` with the figures when a file system has less.
  func require(_ space: FreeSpace, in place: String) throws(Failure) {
    if bytes > space.bytes {
      throw Failure(
        .noSpace, "there is not enough room in \(place) for the image",
        cause: "about \(Self.megabytesUp(bytes)) are needed, \(Self.margin >> 20) MiB of them in "
          + "reserve for what is not blocks, and \(space.bytes / 1_000_000) MB are left",
        nextStep: "Free space there (df, quota; firn gc), then run the command again")
    }
    if inodes > space.inodes {
      throw Failure(
        .noSpace, "there are not enough inodes in \(place) for the image",
        cause: "about \(inodes) are needed, \(space.inodes) are left",
        nextStep: "Remove files there (df -i, quota; firn gc), then run the command again")
    }
  }

  private static func megabytesUp(_ bytes: UInt64) -> String {
    "\(bytes / 1_000_000 + (bytes % 1_000_000 == 0 ? 0 : 1)) MB"
  }

  fileprivate static func sum(_ left: UInt64, _ right: UInt64) -> UInt64 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    return overflow ? .max : sum
  }
}

extension [ImageLayer] {
  /// The sizes of all layers as their source has them; at most what a number can hold, whatever a
  /// manifest claims.
  var byteCount: UInt64 { reduce(0) { SpaceNeed.sum($0, $1.descriptor.size) } }
}
