public import ArgumentParser
internal import StartBundles
internal import Store

/// `firn bundle NAME`.
public struct BundleCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "bundle", abstract: "Make an image's start bundle of what is known of its starts.",
    discussion: """
      Of what 'firn trace' learned, or, where it was never run, of what nodes wrote down. The bundle \
      takes the place of the one the image has; nodes use it from the next start on.
      """)

  @OptionGroup var store: StoreOptions

  @OptionGroup var json: JSONOption

  @Flag(help: "Remove the bundle, and forget what was learned.")
  var remove = false

  @Argument(help: "The image: a name, an id or the beginning of one, or a digest.")
  var image: String

  /// Makes the command without values.
  public init() {}

  /// Makes the bundle.
  public func run() throws {
    let found = try store.search().find(image)
    guard !remove else {
      let gone = try found.store.removeCompanions(of: found.image.rootIdentity)
      if json.isOn { try Output.json(gone.map(\.path.description)) }
      return
    }
    let staging = try found.store.stage(purpose: "bundle \(image)")
    defer { staging.finish() }
    let summary = try ImageBundle(store: found.store, image: found.image).build(in: staging)
    try BundleReport(image, summary).write(asJSON: json.isOn)
  }
}
