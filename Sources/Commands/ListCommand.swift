public import ArgumentParser
internal import Store

/// `firn list`.
public struct ListCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the images in a store.",
    discussion: """
      One line per name: name, id, size of all files, when the image was imported, who sees it on \
      nodes. An image without a name, reachable by its id and digests only, is listed with '-'. \
      With several stores, of one name the first store's image is listed, and where it is. With \
      --removed one line per image of the first store that undelete can bring back: names, id, \
      size, when it was removed, and until when gc keeps it.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Flag(help: "List the images that undelete can bring back.")
  var removed = false

  /// Makes the command without values.
  public init() {}

  private struct Row {
    let name: String?
    let image: ImageRecord
    let store: String
  }

  /// Prints the list.
  public func run() throws {
    if removed { return try RemovedImages(store.open().newest()).print(json: json.isOn) }
    let catalogs = try store.search().catalogs(Log.make())
    let rows = Self.rows(catalogs)
    let isSeveral = catalogs.count > 1
    if json.isOn {
      return try Output.json(
        rows.map { ImageSummary($0.image, name: $0.name, store: isSeveral ? $0.store : nil) })
    }
    Output.table(
      rows.map { row in
        [
          row.name ?? "-", String(row.image.id.prefix(12)), Output.bytes(row.image.logicalSize),
          Output.time(row.image.imported), row.image.access.shortText,
        ] + (isSeveral ? [row.store] : [])
      })
  }

  /// A line for each name that leads to an image; of two stores that have it, the first's.
  private static func rows(_ catalogs: [(path: String, catalog: Catalog)]) -> [Row] {
    var names: Set<String> = []
    var ids: Set<String> = []
    var rows: [Row] = []
    for (path, catalog) in catalogs {
      for image in catalog.images {
        let isNew = ids.insert(image.id).inserted
        let own = image.names.filter { names.insert($0).inserted }
        rows += own.map { Row(name: $0, image: image, store: path) }
        if own.isEmpty, isNew { rows.append(Row(name: nil, image: image, store: path)) }
      }
    }
    return rows.sorted { ($0.name ?? "~") < ($1.name ?? "~") }
  }
}
