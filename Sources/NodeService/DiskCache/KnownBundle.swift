internal import Digests
internal import Linux

/// What a disk cache knows of an image's start bundle: the record of it, without its bytes.
///
///     0  copy   8  size of the file   16  time   24  version, 16 bytes
///
/// Numbers are little-endian.
struct KnownBundle: Hashable, Sendable {
  /// After how many seconds it is worth a look whether the store has another one.
  static let lifetime: Int64 = 86_400

  /// The number of this copy, which no other has: parts of two bundles are never mixed.
  var copy: UInt64
  /// The size of the bundle's file in bytes; 0 where the image has no bundle.
  var size: UInt64
  /// What tells the bundle from others of the image; see ``StartBundles/StartBundle/version()``.
  var version: Checksum
  /// When it was so, in seconds since the epoch.
  var time: Int64

  /// A new copy.
  init(size: UInt64, version: Checksum) {
    copy = .random(in: 0...(.max))
    self.size = size
    self.version = version
    time = WallClock.seconds()
  }

  /// There is no bundle.
  static var none: KnownBundle {
    let nothing: [UInt8] = []
    return KnownBundle(size: 0, version: .of(nothing.span.bytes))
  }

  /// Whether it is worth a look whether it is still so.
  var isOld: Bool { !(0..<Self.lifetime).contains(WallClock.seconds() - time) }

  /// Its form in a disk cache.
  var encoded: [UInt8] {
    var bytes: [UInt8] = []
    LittleEndian.append(copy, to: &bytes)
    LittleEndian.append(size, to: &bytes)
    LittleEndian.append(time, to: &bytes)
    version.append(to: &bytes)
    return bytes
  }

  /// Reads that form; nil when it is another.
  init?(decoding bytes: [UInt8]) {
    let span = bytes.span.bytes
    guard bytes.count == 40, let version = Checksum(span: span.extracting(24..<40)) else {
      return nil
    }
    self.version = version
    copy = LittleEndian.long(span, at: 0)
    size = LittleEndian.long(span, at: 8)
    time = Int64(bitPattern: LittleEndian.long(span, at: 16))
  }

  /// The name of a part.
  func name(ofPartAt offset: UInt64) -> SHA256Digest {
    var bytes: [UInt8] = []
    LittleEndian.append(copy, to: &bytes)
    LittleEndian.append(offset, to: &bytes)
    return .of(bytes.span.bytes)
  }
}
