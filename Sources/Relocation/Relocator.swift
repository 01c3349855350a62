internal import Accounting
internal import Digests
public import Store

/// Moves what is in use out of packs, so that these can be removed: to reclaim what is dead of them,
/// or because they are damaged.
///
/// Nothing is seen before the one generation in which the images have new objects; whatever stops a
/// relocation before leaves only files that no generation lists. Images keep their numbers and root
/// blobs, and readers that have an old object open go on reading it until a collector removes the
/// old packs.
public struct Relocator: Sendable {
  private let store: Store
  private let packSize: UInt64
  private let batchSize: UInt64

  /// Makes a relocator for a store.
  ///
  /// - Parameters:
  ///   - packSize: How large a new pack gets before the next begins, in bytes.
  ///   - batchSize: How large the packs are together that are vacated in one generation, in bytes,
  ///     unless one is larger.
  public init(_ store: Store, packSize: UInt64 = 4 << 30, batchSize: UInt64 = 16 << 30) {
    self.store = store
    self.packSize = packSize
    self.batchSize = batchSize
  }

  /// Moves the blocks that images, and retired images that are not condemned, count on out of packs,
  /// and condemns the packs that nothing counts on then.
  ///
  /// A block that its pack does not give whole is taken from another pack of the store, or from
  /// the first of the sources that has it; the pack is marked as damaged. What nobody has is
  /// reported, and the images that need it stay as they are.
  ///
  /// Safe beside other writers: an image that appears meanwhile and counts on one of the packs
  /// keeps it from being condemned. Packs of more than some gigabytes together are vacated in
  /// several generations, so that memory is bounded.
  ///
  /// - Parameters:
  ///   - packs: The packs; those not listed are passed over.
  ///   - sources: Where else to look for blocks, in this order.
  ///   - text: What the generation says was done, one line for people.
  ///   - staging: The caller's staging area, if it has one.
  /// - Throws: What reading catalog and objects or writing throws; nothing is published then.
  @discardableResult
  public func vacate(
    _ packs: Set<PackID>, sources: [any BlockSource] = [], text: String = "repack",
    staging: StagingArea? = nil
  ) throws(StoreError) -> RelocationReport {
    if let staging { return try vacate(packs, sources, text, staging) }
    let own = try store.stage(purpose: text)
    defer { own.finish() }
    return try vacate(packs, sources, text, own)
  }

  private func vacate(
    _ packs: Set<PackID>, _ sources: [any BlockSource], _ text: String, _ staging: StagingArea
  ) throws(StoreError) -> RelocationReport {
    let catalog = try store.newest()
    let records = catalog.packs.filter { packs.contains($0.id) }.sorted { $0.number < $1.number }
    let own = StoreBlocks(store, excluding: packs)
    let finder = BlockFinder(store.parameters, sources: [own] + sources)
    var report = RelocationReport()
    for batch in batches(of: records) {
      var moving = PackMoving(
        store: store, catalog: try store.newest(), vacated: batch, finder: finder,
        moves: BlockMoves(staging, packSize: packSize))
      try moving.run()
      report.add(try publish(moving, staging, text))
    }
    try store.mergeIndexRuns(staging)
    return report
  }

  private func batches(of packs: [PackRecord]) -> [Set<PackID>] {
    var result: [Set<PackID>] = []
    var size: UInt64 = 0
    for pack in packs {
      size &+= pack.size
      if result.isEmpty || size > batchSize {
        result.append([])
        size = pack.size
      }
      result[result.count - 1].insert(pack.id)
    }
    return result
  }

  /// An object that takes the place of another.
  private struct NewObject {
    var old: SHA256Digest
    var new: SHA256Digest
    var packs: [PackID]
  }

  private func publish(
    _ finished: PackMoving, _ staging: StagingArea, _ text: String
  ) throws(StoreError) -> RelocationReport {
    var moving = finished
    let sealed = try moving.moves.finish()
    var report = moving.report
    let objects = try writeObjects(moving, staging, &report)
    let used = Set(objects.flatMap(\.packs))
    let needed = sealed.filter { used.contains($0.record.id) }
    let run = try staging.writeIndexRun(of: needed)
    let (vacated, damaged) = (moving.vacated, moving.damaged)
    let published = try store.publish(text, staging: staging) { (catalog) throws(StoreError) in
      var next = catalog.adding(packs: needed.map(\.record))
      if let run { next = next.adding(run: run) }
      for object in objects where catalog.hasObject(object.old) {
        next = try next.relocating(object.old, to: object.new, using: object.packs)
      }
      next = next.marking(packs: damaged, damaged: true)
      return next.condemning(objects: [], packs: vacated.subtracting(next.packsInUse))
    }
    for pack in sealed where !used.contains(pack.record.id) {
      try? store.removeIfPresent(pack.record.path)
    }
    report.objects = objects.count
    report.newPacks = needed.map(\.record)
    report.condemned = vacated.intersection(
      published.packs.filter { $0.state != .live }.map(\.id))
    return report
  }

  private func writeObjects(
    _ moving: PackMoving, _ staging: StagingArea, _ report: inout RelocationReport
  ) throws(StoreError) -> [NewObject] {
    var result: [NewObject] = []
    for image in moving.concerned {
      guard let object = try moving.object(of: image) else {
        report.affected.append(image)
        continue
      }
      guard let moved = object.moved(outOf: moving.vacated, by: moving.moves) else {
        report.affected.append(image)
        continue
      }
      let name = try staging.write(moved)
      result.append(NewObject(old: image.object, new: name, packs: moved.packs))
    }
    return result
  }
}

extension Catalog {
  /// Whether an image, or a retired image that is not condemned, has this object.
  fileprivate func hasObject(_ object: SHA256Digest) -> Bool {
    images.contains { $0.object == object }
      || retired.contains { $0.image.object == object && $0.condemned == nil }
  }

  /// The packs that images, and retired images that are not condemned, count on.
  fileprivate var packsInUse: Set<PackID> {
    let numbers = Set(keptImages.flatMap(\.packs))
    return Set(packs.filter { numbers.contains($0.number) }.map(\.id))
  }
}
