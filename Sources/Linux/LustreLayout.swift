/// How Lustre lays out a file over its object storage targets, or, set on a directory, the files
/// that are made in it later.
///
/// The plain kind of layout: `struct lov_user_md_v1` and `lov_user_md_v3` of Lustre's
/// `lustre_user.h`. A value; ``encoded`` and ``LustreAttribute/init(decoding:)`` do no input or
/// output.
public struct LustreLayout: Hashable, Sendable {
  /// Stripes go to the targets in turn (`LOV_PATTERN_RAID0`).
  public static let stripedPattern: UInt32 = 1
  /// As many stripes as there are targets (`LOV_ALL_STRIPES`); only directories can have it.
  public static let allTargets: UInt16 = 0xFFFF
  /// The server chooses the first target (`LOV_OFFSET_DEFAULT`).
  public static let anyTarget: UInt16 = 0xFFFF
  /// Stripe sizes are multiples of this many bytes (`LOV_MIN_STRIPE_SIZE`).
  public static let stripeUnit: UInt32 = 65_536
  /// Pool names have at most so many bytes (`LOV_MAXPOOLNAME`).
  public static let longestPool = 15

  /// What the parts are to each other; see ``stripedPattern``.
  public var pattern: UInt32
  /// The bytes of one stripe; 0 is the file system's default.
  public var stripeSize: UInt32
  /// The number of stripes; 0 is the file system's default.
  public var stripeCount: UInt16
  /// The number of the first target; of a file that exists, the generation of its layout instead.
  public var firstTarget: UInt16
  /// The pool that targets are taken from.
  public var pool: String?

  /// Describes a layout.
  public init(
    stripeSize: UInt32, stripeCount: UInt16, firstTarget: UInt16 = LustreLayout.anyTarget,
    pool: String? = nil, pattern: UInt32 = LustreLayout.stripedPattern
  ) {
    self.pattern = pattern
    self.stripeSize = stripeSize
    self.stripeCount = stripeCount
    self.firstTarget = firstTarget
    self.pool = pool
  }

  /// Whether a file gets the same stripes from both: first target and pool may differ.
  public func hasSameStripes(as other: LustreLayout) -> Bool {
    pattern == other.pattern && stripeSize == other.stripeSize && stripeCount == other.stripeCount
  }
}

extension LustreLayout: CustomStringConvertible {
  /// The layout for people, such as `32 stripes of 4096 KiB`.
  public var description: String {
    let count =
      switch stripeCount {
      case 0: "the default number of stripes"
      case 1: "1 stripe"
      case Self.allTargets: "a stripe on every target"
      default: "\(stripeCount) stripes"
      }
    let size = stripeSize == 0 ? "the default size" : "\(stripeSize / 1024) KiB"
    let kind = pattern == Self.stripedPattern ? "" : ", pattern 0x" + String(pattern, radix: 16)
    return "\(count) of \(size)" + kind + (pool.map { " in pool \($0)" } ?? "")
  }
}

/// What Lustre's attribute for layouts says of a file or directory.
public enum LustreAttribute: Hashable, Sendable {
  /// One layout for the whole file.
  case plain(LustreLayout)
  /// Several layouts, each for an extent or a mirror (`struct lov_comp_md_v1`).
  case composite(components: Int, mirrors: Int)
  /// A layout of another kind, by its number.
  case unknown(magic: UInt32)
  /// Bytes that are no layout.
  case malformed
}

extension LustreAttribute: CustomStringConvertible {
  /// The attribute for people.
  public var description: String {
    switch self {
    case .plain(let layout): "\(layout)"
    case .composite(let components, let mirrors):
      "a composite layout of \(components) components"
        + (mirrors > 1 ? " in \(mirrors) mirrors" : "")
    case .unknown(let magic): "a layout of kind 0x" + String(magic, radix: 16)
    case .malformed: "bytes that are no layout"
    }
  }
}
