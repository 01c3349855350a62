public import Linux

/// How the files of each kind should be laid out on a parallel file system
/// (firn-store(5), "Striping").
public struct StripingPolicy: Hashable, Sendable, Codable {
  /// The layout of one kind of file.
  public struct Layout: Hashable, Sendable, Codable {
    /// The bytes of one stripe: a multiple of 64 KiB.
    public var stripeSize: UInt32
    /// The number of stripes; 0 means as many as there are targets.
    public var stripeCount: UInt16

    /// Makes a layout.
    public init(stripeSize: UInt32, stripeCount: UInt16) {
      self.stripeSize = stripeSize
      self.stripeCount = stripeCount
    }
  }

  /// Packs: read by thousands of nodes at once, in large pieces.
  public var packs: Layout
  /// Start bundles: small and hot.
  public var bundles: Layout
  /// Everything else.
  public var metadata: Layout

  /// Makes a policy; the default is the design's.
  public init(
    packs: Layout = Layout(stripeSize: 4 << 20, stripeCount: 32),
    bundles: Layout = Layout(stripeSize: 1 << 20, stripeCount: 0),
    metadata: Layout = Layout(stripeSize: 1 << 20, stripeCount: 1)
  ) {
    self.packs = packs
    self.bundles = bundles
    self.metadata = metadata
  }
}

extension StripingPolicy {
  /// The layout of the files in an area.
  public func layout(of area: StoreArea) -> Layout {
    switch area {
    case .packs: packs
    case .bundles: bundles
    default: metadata
    }
  }
}

extension StripingPolicy.Layout {
  /// The same for Lustre.
  public var lustre: LustreLayout {
    LustreLayout(
      stripeSize: stripeSize, stripeCount: stripeCount == 0 ? LustreLayout.allTargets : stripeCount)
  }
}
