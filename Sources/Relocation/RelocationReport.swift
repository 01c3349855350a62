public import Accounting
public import Store

/// What moving blocks out of packs came to.
public struct RelocationReport: Hashable, Sendable {
  /// A block that no source has.
  public struct LostBlock: Hashable, Sendable {
    /// The pack it should be in.
    public var pack: PackID
    /// Its index in the pack's trailer.
    public var ordinal: UInt32

    /// Makes a value.
    public init(pack: PackID, ordinal: UInt32) {
      self.pack = pack
      self.ordinal = ordinal
    }
  }

  /// The blocks that were moved.
  public var moved = Amount()
  /// What of them was not read from its own pack, because it is damaged or missing there.
  public var healed = Amount()
  /// The packs that were written and published.
  public var newPacks: [PackRecord] = []
  /// How many images and retired images have a new object.
  public var objects = 0
  /// The packs of those to be vacated that are condemned now.
  public var condemned: Set<PackID> = []
  /// The blocks that no source has.
  public var lost: [LostBlock] = []
  /// The images and retired images that stay as they are, because they need a lost block or
  /// because their object cannot be read.
  public var affected: [ImageRecord] = []

  /// Makes an empty report.
  public init() {}

  /// Adds what came of other packs.
  mutating func add(_ other: RelocationReport) {
    moved += other.moved
    healed += other.healed
    newPacks += other.newPacks
    objects += other.objects
    condemned.formUnion(other.condemned)
    lost += other.lost
    let known = Set(affected.map(\.object))
    affected += other.affected.filter { !known.contains($0.object) }
  }
}
