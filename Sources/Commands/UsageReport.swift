internal import Accounting
internal import Store

/// What `firn du` prints for people.
struct UsageReport {
  private let usage: StoreUsage

  init(_ usage: StoreUsage) { self.usage = usage }

  /// The tables, one below the other.
  var lines: [String] {
    var lines = Self.table(images)
    guard let sizes = usage.sizes else { return lines }
    lines += [""] + Self.table(files(sizes))
    lines += [""] + Self.table(blocks)
    return lines
  }

  /// What a person should know besides.
  var warnings: [String] {
    usage.unreadable.map {
      "the object of \($0.names.first ?? $0.id) cannot be read; what only it has counts as dead"
    }
  }

  private var images: [[String]] {
    let header = ["IMAGE", "LOGICAL", "STORED", "UNIQUE", "SHARED", "RECLAIMABLE"]
    let rows = usage.images.map { row in (Self.name(of: row.image), cells(row)) }
      .sorted { $0.0 < $1.0 }.map { [$0.0] + $0.1 }
    return [header] + rows + (usage.sizes == nil ? [] : [total])
  }

  private func cells(_ row: StoreUsage.Row) -> [String] {
    let logical = Output.bytes(row.image.logicalSize)
    guard let usage = row.usage else { return [logical, "?", "?", "?", "?"] }
    return [
      logical, Output.bytes(usage.storedBytes), Output.bytes(usage.uniqueBytes),
      Output.bytes(usage.shared.bytes), Output.bytes(usage.reclaimable),
    ]
  }

  /// All images together: what several have counts once.
  private var total: [String] {
    let all = UsageTotal(usage)
    return [
      "\(usage.images.count) images", Output.bytes(all.logical), Output.bytes(all.stored),
      Output.bytes(all.unique), Output.bytes(all.shared), "-",
    ]
  }

  /// An image's first name and how many others it has, or the beginning of its id.
  private static func name(of image: ImageRecord) -> String {
    guard let first = image.names.first else { return String(image.id.prefix(12)) }
    return image.names.count == 1 ? first : "\(first) (+\(image.names.count - 1))"
  }

  private func files(_ sizes: StoreSizes) -> [[String]] {
    let rows = StoreArea.allCases.map { area in
      let found = sizes.areas[area] ?? .init()
      return [
        area == .root ? "firn.json" : area.rawValue, "\(found.files)", Output.bytes(found.bytes),
      ]
    }
    return [["FILES", "COUNT", "SIZE"]] + rows
      + [["all", "\(sizes.total.files)", Output.bytes(sizes.total.bytes)]]
  }

  private var blocks: [[String]] {
    [
      ["BLOCKS", "COUNT", "SIZE"],
      ["of images", "\(usage.inUse.blocks)", Output.bytes(usage.inUse.bytes)],
      ["of removed images only", "\(usage.removed.blocks)", Output.bytes(usage.removed.bytes)],
      ["of no image", "-", Output.bytes(usage.deadBytes)],
    ]
  }

  /// Rows in columns: the first to the left, numbers to the right, two spaces apart.
  private static func table(_ rows: [[String]]) -> [String] {
    let count = rows.map(\.count).max() ?? 0
    let widths = (0..<count).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      row.enumerated().map { column, cell in
        let padding = String(repeating: " ", count: widths[column] - cell.count)
        return column == 0 ? cell + padding : padding + cell
      }.joined(separator: "  ")
    }
  }
}

/// All images together.
struct UsageTotal: Encodable {
  /// The bytes of all files of all images.
  let logical: UInt64
  /// The blocks of all images, each once, and the objects.
  let stored: UInt64
  /// What of that one image alone has.
  let unique: UInt64
  /// What of that several images have.
  let shared: UInt64

  init(_ usage: StoreUsage) {
    let found = usage.images.compactMap(\.usage)
    logical = usage.images.reduce(0) { $0 &+ $1.image.logicalSize }
    stored = found.reduce(usage.inUse.bytes) { $0 &+ $1.objectBytes }
    unique = found.reduce(0) { $0 &+ $1.uniqueBytes }
    shared = stored - min(stored, unique)
  }
}

extension ImageUsage {
  /// Its blocks and its object.
  var storedBytes: UInt64 { stored.bytes &+ objectBytes }
  /// What only it has: its object at least.
  var uniqueBytes: UInt64 { unique.bytes &+ objectBytes }
}
