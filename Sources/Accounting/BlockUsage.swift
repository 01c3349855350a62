public import Digests
public import Store

/// Which stored blocks a catalog's images count on: what is in use of every pack.
///
/// Found by reading the image objects one at a time; it takes a bit of memory for each block, two
/// where sharing is asked for, whatever the number of images.
public struct BlockUsage: Sendable {
  /// What is in use of one pack.
  public struct PackUsage: Hashable, Sendable {
    /// What images count on, and retired images that are not condemned.
    public var live = Amount()
    /// What of that only retired images count on: in use until they are collected.
    public var retiredOnly = Amount()
    /// Whether an object could not be read that counts on the pack: then more may be in use.
    public var isUncertain = false

    /// Makes an empty usage.
    public init() {}
  }

  let slots: [PackID: Int]
  let packs: [PackRecord]
  private var usages: [PackUsage]
  private var seen: BlockBitmap
  /// The blocks that more than one image counts on; nil when that was not asked for.
  private var shared: BlockBitmap?
  /// The images and retired images whose objects are missing or damaged.
  public private(set) var unreadable: [ImageRecord] = []
  /// The sizes of the objects that were read, in bytes.
  public private(set) var objectSizes: [SHA256Digest: UInt64] = [:]

  /// Reads the block tables of all images and of the retired images that are not condemned.
  ///
  /// - Parameters:
  ///   - catalog: Whose images; only blocks in the packs that it lists are counted.
  ///   - wanted: The only packs that are of interest; nil for all. Only images that count on them
  ///     are read.
  ///   - source: Gives the tables, one after the other.
  ///   - findingShared: Whether ``usage(of:from:)`` will be asked.
  /// - Throws: What the source throws but `missing` and `damaged`, see ``unreadable``.
  public init(
    of catalog: Catalog, in wanted: Set<PackID>? = nil, from source: some ImageBlocksSource,
    findingShared: Bool = false
  ) throws(StoreError) {
    packs = catalog.packs.filter { wanted?.contains($0.id) ?? true }
    slots = Dictionary(
      uniqueKeysWithValues: packs.enumerated().map { ($0.element.id, $0.offset) })
    usages = Array(repeating: PackUsage(), count: packs.count)
    seen = BlockBitmap(slots: packs.count)
    shared = findingShared ? BlockBitmap(slots: packs.count) : nil
    let numbers = wanted == nil ? nil : Set(packs.map(\.number))
    func isWanted(_ image: ImageRecord) -> Bool {
      numbers.map { !$0.isDisjoint(with: image.packs) } ?? true
    }
    for image in catalog.images where isWanted(image) {
      try add(image, isRetired: false, from: source)
    }
    for entry in catalog.retired where entry.condemned == nil && isWanted(entry.image) {
      try add(entry.image, isRetired: true, from: source)
    }
  }

  private mutating func add(
    _ image: ImageRecord, isRetired: Bool, from source: some ImageBlocksSource
  ) throws(StoreError) {
    guard let blocks = try blocks(of: image, from: source) else {
      unreadable.append(image)
      let numbers = Set(image.packs)
      for (slot, pack) in packs.enumerated() where numbers.contains(pack.number) {
        usages[slot].isUncertain = true
      }
      return
    }
    objectSizes[image.object] = blocks.objectSize
    let table = blocks.packs.map { slots[$0] }
    for number in 0..<blocks.count {
      let place = blocks[number]
      guard let slot = table[place.pack] else { continue }
      guard seen.insert(place.ordinal, in: slot) else {
        if !isRetired { _ = shared?.insert(place.ordinal, in: slot) }
        continue
      }
      usages[slot].live.add(place.storedByteCount)
      if isRetired { usages[slot].retiredOnly.add(place.storedByteCount) }
    }
  }

  /// The blocks of an image; nil when they cannot be known.
  func blocks(
    of image: ImageRecord, from source: some ImageBlocksSource
  ) throws(StoreError) -> ImageBlocks? {
    do throws(StoreError) {
      let blocks = try source.imageBlocks(image.object)
      return isPossible(blocks) ? blocks : nil
    } catch {
      switch error {
      case .missing, .damaged: return nil
      default: throw error
      }
    }
  }

  /// Whether every ordinal may be one of its pack: a bound on what damage can make a bitmap take.
  private func isPossible(_ blocks: ImageBlocks) -> Bool {
    let most = blocks.packs.map { id in
      slots[id].map { packs[$0].size / Self.leastBytesOfBlock } ?? .max
    }
    return (0..<blocks.count).allSatisfy { number in
      let place = blocks[number]
      return UInt64(place.ordinal) < most[place.pack]
    }
  }

  /// What a block takes of a pack's file at the very least: a byte, and a row of the trailer.
  private static let leastBytesOfBlock: UInt64 = 65
}

extension BlockUsage {
  /// What is in use of a pack; nil for one that the catalog does not list.
  public subscript(pack: PackID) -> PackUsage? { slots[pack].map { usages[$0] } }

  /// The sum over all packs.
  public var total: PackUsage {
    usages.reduce(into: PackUsage()) { sum, usage in
      sum.live += usage.live
      sum.retiredOnly += usage.retiredOnly
      sum.isUncertain = sum.isUncertain || usage.isUncertain
    }
  }

  /// The blocks in use of a pack, ascending: their indices in the pack's trailer.
  public func liveOrdinals(of pack: PackID) -> [UInt32] {
    slots[pack].map { seen.members(of: $0) } ?? []
  }

  /// Whether a block is in use, by its index in the trailer of its pack.
  public func isLive(_ ordinal: UInt32, in pack: PackID) -> Bool {
    slots[pack].map { seen.contains(ordinal, in: $0) } ?? false
  }

  /// Whether more than one image counts on a block; false when that was not asked for.
  func isShared(_ ordinal: UInt32, in slot: Int) -> Bool {
    shared?.contains(ordinal, in: slot) ?? false
  }

  func usage(ofSlot slot: Int) -> PackUsage { usages[slot] }

  /// The bytes of memory that the bitmaps take.
  var bitmapByteCount: Int { seen.byteCount + (shared?.byteCount ?? 0) }
}
