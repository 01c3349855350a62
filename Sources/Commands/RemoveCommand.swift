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
      try remove(from: catalog)
    }
  }

  /// An image of which all names are given goes with all of them, so that undelete brings it back
  /// with all of them.
  private func remove(from catalog: Catalog) throws(StoreError) -> Catalog {
    var result = catalog
    var gone: Set<String> = []
    for reference in images where !gone.contains(reference) {
      let image = try result.image(reference)
      if image.names.contains(reference), !Set(image.names).isSubset(of: images) {
        result = try result.removing(name: reference)
      } else {
        result = try result.removing(image: reference)
        gone.formUnion(image.names)
      }
    }
    return result
  }
}
