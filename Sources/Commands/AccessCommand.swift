public import ArgumentParser
internal import Store

/// `firn access NAME`.
public struct AccessCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "access", abstract: "Show or change who sees an image on the nodes.",
    discussion: """
      The rule belongs to the image, whatever its names. Nodes follow it in the views and by name; \
      who can read the store's own files sees everything. Who may write to the store may change \
      every rule.
      """)

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption
  @OptionGroup var access: AccessOptions

  @Option(
    help: ArgumentHelp("Who always sees it, by name or number.", valueName: "user"),
    transform: UserName.init(parsing:))
  var owner: UserName?

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest.")
  var image: String

  private struct Shown: Encodable {
    let id: String
    let names: [String]
    let access: ImageAccess
  }

  /// Makes the command without values.
  public init() {}

  private var isChange: Bool {
    access.visibility != nil || access.group != nil || owner != nil
  }

  /// Publishes the rule, if one was given, and prints what holds.
  public func run() throws {
    let record =
      isChange ? try change().image(image) : try store.search().find(image).image
    if json.isOn {
      return try Output.json(
        Shown(id: record.id, names: record.names, access: record.access))
    }
    Output.table([
      ["image", record.names.first ?? record.id],
      ["visibility", record.access.visibility.rawValue],
      ["owner", ImageAccess.userText(record.access.owner)],
      ["group", ImageAccess.groupText(record.access.group)],
    ])
  }

  private func change() throws -> Catalog {
    let words = [
      owner.map { "owner=\($0.uid)" }, access.group.map { "group=\($0)" },
      access.visibility.map { "visibility=\($0.rawValue)" },
    ].compactMap { $0 }
    let text = "access \(image) \(words.joined(separator: " "))"
    return try store.open().publish(text) { catalog throws(StoreError) in
      let old = try catalog.image(image).access
      let rule = ImageAccess(
        owner: owner?.uid ?? old.owner, group: access.group ?? old.group,
        visibility: access.visibility ?? old.visibility)
      return try catalog.changing(image, access: rule)
    }
  }
}
