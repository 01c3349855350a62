public import ArgumentParser
internal import Failures
internal import Store

/// `firn undelete NAME...`.
public struct UndeleteCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "undelete", abstract: "Bring removed images back.",
    discussion: """
      Possible until gc has deleted them: list --removed says how long. An image gets the names \
      it had when it was removed, but for those that another image has now. Either everything \
      named comes back or, when something cannot, nothing.
      """)

  private struct Restored: Encodable {
    let id: String
    let names: [String]
    let takenNames: [String]
  }

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "A name to give the image; one that another image has moves.", valueName: "name"))
  var newName: String?

  @Argument(help: ArgumentHelp("Names the images had, ids or digests.", valueName: "image"))
  var images: [String]

  /// Makes the command without values.
  public init() {}

  /// Refuses one new name for several images.
  public func validate() throws {
    guard newName == nil || images.count == 1 else {
      throw ValidationError("--as is for one image.")
    }
  }

  /// Publishes the images, and says which names they have.
  public func run() throws {
    let store = try store.open()
    let newest = try store.newest()
    for reference in images { try Self.requireRestorable(reference, newest) }
    var restored: [Restored] = []
    let text = "undelete \(images.joined(separator: " "))"
    let staging = try store.stage(purpose: text)
    defer { staging.finish() }
    try store.publish(
      staging: staging,
      describing: { _, _ in
        let ids = restored.map { $0.id.prefix(12) }
        return "\(text) (\(ids.joined(separator: " ")))"
      }
    ) { (catalog) throws(StoreError) in
      restored = []
      return try restore(catalog, &restored)
    }
    if json.isOn { return try Output.json(restored) }
    Output.lines(restored.flatMap(Self.lines))
  }

  private func restore(
    _ catalog: Catalog, _ restored: inout [Restored]
  ) throws(StoreError) -> Catalog {
    var result = catalog
    for reference in images {
      // Another name of an image that has just come back.
      if let image = try? result.image(reference), restored.contains(where: { $0.id == image.id }) {
        continue
      }
      let before = try result.retiredImage(reference).image.names
      var (next, image) = try result.restoring(reference)
      if let newName { next = try next.tagging(image.id, as: newName) }
      image = try next.image(image.id)
      result = next
      restored.append(
        Restored(
          id: image.id, names: image.names,
          takenNames: before.filter { !image.names.contains($0) }))
    }
    return result
  }

  private static func lines(_ image: Restored) -> [String] {
    let names = image.names.isEmpty ? "without a name" : image.names.joined(separator: " ")
    return ["\(image.id.prefix(12)): \(names)"]
      + image.takenNames.map {
        "\(image.id.prefix(12)): not \($0), which another image has now"
      }
  }

  private static func requireRestorable(_ reference: String, _ catalog: Catalog) throws {
    do throws(StoreError) {
      _ = try catalog.retiredImage(reference)
    } catch {
      guard case .imageNotFound = error else { throw error }
      throw explain(reference, catalog)
    }
  }

  /// Why nothing can be had back under a reference, and what to do instead.
  private static func explain(_ reference: String, _ catalog: Catalog) -> Failure {
    let former = catalog.images.compactMap { image in
      image.formerNames[reference].map { (time: $0, image: image) }
    }.max { $0.time < $1.time }
    if let former {
      return Failure(
        .imageNotFound,
        "no removed image had the name '\(reference)', but image \(former.image.id.prefix(12)) "
          + "did and is still there",
        nextStep: "Name it again with firn tag \(former.image.id.prefix(12)) NAME")
    }
    if (try? catalog.image(reference)) != nil {
      return Failure(
        .alreadyExists, "'\(reference)' is in the store, and was not removed",
        nextStep: "firn list --removed shows what can be brought back")
    }
    return Failure(
      .imageNotFound, "no removed image '\(reference)' is kept any more",
      nextStep: "firn list --removed shows what can be brought back; import the image again")
  }
}
