internal import Digests

/// A set of digests in bounded memory that may say yes to one that is not in it, but never no to
/// one that is (a Bloom filter of two bits a digest).
///
/// The same digests give the same answers in every process.
struct DigestFilter {
  /// The most memory one takes: with fifty million digests it is wrong about one time in ten.
  static let mostBytes = 32 << 20

  private var words: [UInt64]
  private let mask: UInt64

  /// Makes room for about so many digests.
  init(expecting count: UInt64) {
    var bytes = 64
    while bytes < Self.mostBytes, UInt64(bytes / 2) < count { bytes *= 2 }
    words = [UInt64](repeating: 0, count: bytes / 8)
    mask = UInt64(bytes) * 8 - 1
  }

  mutating func insert(_ digest: SHA256Digest) {
    let (first, second) = bits(of: digest)
    words[Int(first >> 6)] |= 1 << (first & 63)
    words[Int(second >> 6)] |= 1 << (second & 63)
  }

  func mayContain(_ digest: SHA256Digest) -> Bool {
    let (first, second) = bits(of: digest)
    return words[Int(first >> 6)] & 1 << (first & 63) != 0
      && words[Int(second >> 6)] & 1 << (second & 63) != 0
  }

  private func bits(of digest: SHA256Digest) -> (UInt64, UInt64) {
    let word = digest.leadingWord
    return (word & mask, (word &* 0x9e37_79b9_7f4a_7c15) >> 28 & mask)
  }
}
