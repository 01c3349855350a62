internal import AdditionalImageStore
public import ArgumentParser
internal import Digests
internal import ImageTree
internal import Linux
internal import OCI
internal import SquashFS
internal import Store

/// `firn inspect NAME|ID|DIGEST`.
public struct InspectCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "inspect", abstract: "Show what a store knows of an image.")

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest.")
  var image: String

  /// Makes the command without values.
  public init() {}

  /// Prints the description.
  public func run() throws {
    let opened = try OpenedImage(image, in: store)
    let details = ImageDetails(opened)
    if json.isOn { return StandardStream.output.write(details.json.bytes + [UInt8(ascii: "\n")]) }
    Output.table(details.rows)
  }
}

/// Everything `inspect` says.
private struct ImageDetails {
  private let record: ImageRecord
  private let object: ImageObject
  private let rootBlobSize: UInt64
  private let inodes: UInt32

  init(_ opened: OpenedImage) {
    record = opened.record
    object = opened.image.object
    rootBlobSize = opened.image.rootBlobSize
    inodes = opened.image.volume.superblock.inodeCount
  }

  private var storedSize: UInt64 {
    object.blocks.reduce(0) { $0 + UInt64($1.record.storedSize.byteCount) }
  }

  private func document(_ name: String) -> JSONValue? {
    object.documents[name].flatMap { try? JSONValue(parsing: $0) }
  }

  private var platform: String {
    let config = object.documents[DocumentName.config].flatMap { try? ImageConfig(parsing: $0) }
    return config?.platform.map { "\($0)" } ?? "unknown"
  }

  var rows: [[String]] {
    [
      ["names", record.names.isEmpty ? "-" : record.names.joined(separator: " ")],
      ["id", record.id],
    ] + record.digests.dropFirst().map { ["digest", $0] } + [
      ["platform", platform],
      ["created", Output.time(record.created)],
      ["imported", Output.time(record.imported)],
      ["visible to", record.access.shortText],
      ["pinned", record.isPinned ? "yes" : "no"],
      ["layers", "\(object.layers.count)"],
      ["files", "\(inodes) inodes, \(Output.bytes(record.logicalSize))"],
      ["stored", "\(object.blocks.count) blocks, \(Output.bytes(storedSize))"],
      ["root blob", "\(Output.bytes(rootBlobSize)), identity \(record.rootIdentity.hex)"],
    ]
  }

  var json: JSONValue {
    var value: JSONValue = [
      "id": .string(record.id), "platform": .string(platform),
      "names": .array(record.names.map(JSONValue.string)),
      "digests": .array(record.digests.map(JSONValue.string)),
      "created": .string(Output.time(record.created)),
      "imported": .string(Output.time(record.imported)),
      "size": .int(record.logicalSize), "storedSize": .int(storedSize),
      "blocks": .int(UInt64(object.blocks.count)), "inodes": .int(UInt64(inodes)),
      "layers": .int(UInt64(object.layers.count)), "rootBlobSize": .int(rootBlobSize),
      "pinned": .bool(record.isPinned), "rootIdentity": .string(record.rootIdentity.hex),
      "access": [
        "owner": .int(UInt64(record.access.owner)), "group": .int(UInt64(record.access.group)),
        "visibility": .string(record.access.visibility.rawValue),
      ],
    ]
    value["config"] = document(DocumentName.config)
    value["manifest"] = document(DocumentName.manifest)
    return value
  }
}
