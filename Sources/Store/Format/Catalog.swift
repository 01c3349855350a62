/// The content of one generation: which images there are, and what they need
/// (firn-store(5), "Generations").
///
/// A value: changes are pure functions that return another catalog, so that a writer that was
/// overtaken applies its change again to what the winner published.
public struct Catalog: Hashable, Sendable, Codable {
  /// The generation's number, 1 for the one a new store is born with.
  public internal(set) var generation: UInt64
  /// Who made it, when and what for.
  public internal(set) var operation: Operation
  /// The images, ordered by number.
  public internal(set) var images: [ImageRecord]
  /// Image objects that are no images any more but are kept for a while, ordered by the numbers of
  /// their images, those of one number in the order in which they were retired.
  public internal(set) var retired: [RetiredImage]
  /// The packs, ordered by id; those not listed are no part of the store.
  public internal(set) var packs: [PackRecord]
  /// The runs of the block index.
  public internal(set) var indexRuns: [IndexRunRecord]
  /// The number the next new root blob gets; it never decreases.
  public internal(set) var nextImageNumber: UInt32
  /// The number the next new pack gets; it never decreases.
  public internal(set) var nextPackNumber: UInt32

  /// An empty catalog, generation 0, from which the first generation is made.
  public init() {
    generation = 0
    operation = Operation(text: "", writer: "", time: 0, token: "")
    images = []
    retired = []
    packs = []
    indexRuns = []
    nextImageNumber = 1
    nextPackNumber = 1
  }

  /// Whether another catalog says the same of images, packs and runs.
  public func hasSameContent(as other: Catalog) -> Bool {
    images == other.images && retired == other.retired && packs == other.packs
      && indexRuns == other.indexRuns && nextImageNumber == other.nextImageNumber
      && nextPackNumber == other.nextPackNumber
  }
}
