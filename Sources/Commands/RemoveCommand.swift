public import ArgumentParser
internal import Store

/// `firn remove NAME...`.
public struct RemoveCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Remove names or images from a store.",
    discussion: """
      A name is taken from its image, and the image goes with its last name; an id or digest \
      removes the image with all its names. Either everything named is removed or, when something \
      is not there, nothing. What nodes are using stays readable. The space is freed by gc; \
      until then undelete brings an image back.
      """)

  @OptionGroup var store: StoreOptions

  @Argument(help: ArgumentHelp("Names, ids or digests.", valueName: "image"))
  var images: [String]

  /// Makes the command without values.
  public init() {}

  /// Publishes the catalog without them.
  public func run() throws {
    let text = "remove \(images.joined(separator: " "))"
    try store.open().publish(text) { catalog throws(StoreError) in
      var result = catalog
      for reference in images {
        let image = try result.image(reference)
        if image.names.contains(reference) && image.names.count > 1 {
          result = try result.removing(name: reference)
        } else {
          result = try result.removing(image: reference)
        }
      }
      return result
    }
  }
}
