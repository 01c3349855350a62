internal import Collection
internal import Store

/// What `list --removed` prints.
struct RemovedImages {
  struct Row: Encodable {
    let names: [String]
    let id: String
    let size: UInt64
    let removed: String
    /// Until when the image can surely be had back, if gc runs with its usual times.
    let until: String
    /// Whether gc has condemned it.
    let condemned: Bool

    init(_ entry: RetiredImage) {
      names = entry.image.names
      id = entry.image.id
      size = entry.image.logicalSize
      removed = Output.time(entry.retired)
      until = Output.time(CollectionPolicy().end(of: entry))
      condemned = entry.condemned != nil
    }

    var cells: [String] {
      [
        names.isEmpty ? "-" : names.joined(separator: " "), String(id.prefix(12)),
        Output.bytes(size), removed, until,
      ]
    }
  }

  /// The images, the last removed first.
  let rows: [Row]

  init(_ catalog: Catalog) { rows = catalog.restorable.reversed().map(Row.init) }

  func print(json: Bool) throws {
    if json { return try Output.json(rows) }
    Output.table(rows.map(\.cells))
  }
}
