public import Store

/// What one image takes of a store.
public struct ImageUsage: Hashable, Sendable {
  /// The size of its object.
  public var objectBytes: UInt64
  /// The blocks its content lies in.
  public var stored: Amount
  /// What of that no other image counts on.
  public var unique: Amount
  /// What removing it and collecting it would free, when everything removed before is collected:
  /// its object, packs that only it counts on as a whole, and its own blocks in other packs, which
  /// are freed when these are repacked.
  public var reclaimable: UInt64

  /// What other images count on too.
  public var shared: Amount { stored - unique }

  /// Makes a usage.
  public init(objectBytes: UInt64, stored: Amount, unique: Amount, reclaimable: UInt64) {
    self.objectBytes = objectBytes
    self.stored = stored
    self.unique = unique
    self.reclaimable = reclaimable
  }
}

extension BlockUsage {
  /// What an image takes; it is read once more.
  ///
  /// - Parameter image: An image of the catalog that the usage was made of, not a retired one; the
  ///   usage must have been made to find what is shared.
  /// - Returns: Nil when the image cannot be read.
  public func usage(
    of image: ImageRecord, from source: some ImageBlocksSource
  ) throws(StoreError) -> ImageUsage? {
    guard let blocks = try blocks(of: image, from: source) else { return nil }
    var stored = Amount()
    let table = blocks.packs.map { slots[$0] }
    var unique = Array(repeating: Amount(), count: blocks.packs.count)
    for number in 0..<blocks.count {
      let place = blocks[number]
      guard let slot = table[place.pack] else { continue }
      stored.add(place.storedByteCount)
      if !isShared(place.ordinal, in: slot) { unique[place.pack].add(place.storedByteCount) }
    }
    var reclaimable = blocks.objectSize
    for (slot, own) in zip(table, unique) {
      if let slot { reclaimable += freed(own, in: slot) }
    }
    return ImageUsage(
      objectBytes: blocks.objectSize, stored: stored, unique: unique.reduce(Amount(), +),
      reclaimable: reclaimable)
  }

  /// What goes of a pack's file with blocks that only one image counts on.
  private func freed(_ own: Amount, in slot: Int) -> UInt64 {
    let usage = usage(ofSlot: slot)
    let isAlone = !usage.isUncertain && usage.live.blocks - usage.retiredOnly.blocks == own.blocks
    return isAlone ? packs[slot].size : own.bytes
  }
}
