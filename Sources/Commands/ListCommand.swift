public import ArgumentParser
internal import Store

/// `firn list`.
public struct ListCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "list", abstract: "List the images in a store.",
    discussion: """
      One line per name: name, id, size of all files, when the image was imported. An image \
      without a name, reachable by its id and digests only, is listed with '-'. With --removed \
      one line per image that undelete can bring back: names, id, size, when it was removed, and \
      until when gc keeps it.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Flag(help: "List the images that undelete can bring back.")
  var removed = false

  /// Makes the command without values.
  public init() {}

  /// Prints the list.
  public func run() throws {
    let catalog = try store.open().newest()
    if removed { return try RemovedImages(catalog).print(json: json.isOn) }
    let rows = catalog.images.flatMap { image in
      (image.names.isEmpty ? [nil] : image.names.map(Optional.some)).map {
        (name: $0, image: image)
      }
    }.sorted { ($0.name ?? "~") < ($1.name ?? "~") }
    if json.isOn { return try Output.json(rows.map { ImageSummary($0.image, name: $0.name) }) }
    Output.table(
      rows.map { row in
        [
          row.name ?? "-", String(row.image.id.prefix(12)), Output.bytes(row.image.logicalSize),
          Output.time(row.image.imported),
        ]
      })
  }
}
