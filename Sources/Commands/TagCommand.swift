public import ArgumentParser
internal import Store

/// `firn tag NAME NEW`.
public struct TagCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "tag", abstract: "Give an image one more name.",
    discussion: "A name that another image has moves; that image stays reachable by its id.")

  @OptionGroup var store: StoreOptions

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest.")
  var image: String

  @Argument(help: ArgumentHelp("The new name.", valueName: "new"))
  var name: String

  /// Makes the command without values.
  public init() {}

  /// Publishes the name.
  public func run() throws {
    try store.open().publish("tag \(image) \(name)") { catalog throws(StoreError) in
      try catalog.tagging(image, as: name)
    }
  }
}
