internal import Accounting
internal import Store

/// What `firn du --json` prints (firn-du(1)); all sizes in bytes.
struct UsageObject: Encodable {
  struct Image: Encodable {
    let names: [String]
    let id: String
    let logical: UInt64
    let isReadable: Bool
    let blocks: UInt64?
    let object: UInt64?
    let stored: UInt64?
    let unique: UInt64?
    let shared: UInt64?
    let reclaimable: UInt64?

    init(_ row: StoreUsage.Row) {
      names = row.image.names
      id = row.image.id
      logical = row.image.logicalSize
      isReadable = row.usage != nil
      blocks = row.usage?.stored.blocks
      object = row.usage?.objectBytes
      stored = row.usage?.storedBytes
      unique = row.usage?.uniqueBytes
      shared = row.usage?.shared.bytes
      reclaimable = row.usage?.reclaimable
    }

    private enum CodingKeys: String, CodingKey {
      case names, id, logical, blocks, object, stored, unique, shared, reclaimable
      case isReadable = "readable"
    }
  }

  struct Files: Encodable {
    let count: Int
    let size: UInt64
  }

  struct Blocks: Encodable {
    let count: UInt64?
    let size: UInt64
  }

  struct Store: Encodable {
    let files: [String: Files]
    let size: UInt64
    let inUse: Blocks
    let removed: Blocks
    let dead: Blocks
    let total: UsageTotal
  }

  let images: [Image]
  /// Only when no image was named.
  let store: Store?

  init(_ usage: StoreUsage) {
    images = usage.images.map { Image($0) }
    store = usage.sizes.map { sizes in
      let files = sizes.areas.map { area, found in
        (area == .root ? "root" : area.rawValue, Files(count: found.files, size: found.bytes))
      }
      return Store(
        files: Dictionary(uniqueKeysWithValues: files), size: sizes.total.bytes,
        inUse: Blocks(count: usage.inUse.blocks, size: usage.inUse.bytes),
        removed: Blocks(count: usage.removed.blocks, size: usage.removed.bytes),
        dead: Blocks(count: nil, size: usage.deadBytes), total: UsageTotal(usage))
    }
  }
}
