internal import Failures
internal import ImageTree
internal import Logging
internal import NodeService
internal import StartBundles
internal import Store

/// Makes the start bundle of an image of a store.
struct ImageBundle {
  let store: Store
  let image: ImageRecord

  /// Makes the bundle of everything the store knows of the image's starts, and of one trace more.
  ///
  /// - Throws: `Failure` where nothing is known.
  func build(
    adding trace: AccessTrace? = nil, in staging: StagingArea
  ) throws -> BundleBuilder.Summary {
    let known = try store.traces(of: image.rootIdentity)
    guard let merged = AccessTrace.merged(known + (trace.map { [$0] } ?? [])) else {
      throw nothingKnown
    }
    let pages = ImagePages(try OpenedImage(name, record: image, in: store).image)
    let built: BundleBuilder.Summary?
    do throws(BundleBuilder.Failure) {
      built = try BundleBuilder().build(merged, from: pages, in: staging)
    } catch {
      switch error {
      case .store(let error): throw error
      case .content: throw Failure.unreadableContent
      }
    }
    guard let built else { throw nothingKnown }
    return built
  }

  /// What is in the bundle that the image has; nil where it has none that can be read.
  var table: BundleTable? {
    guard let file = try? store.bundle(of: image.rootIdentity) else { return nil }
    let bundle = StartBundle(file, of: image.rootIdentity, turn: 0)
    bundle.start()
    return try? bundle.table()
  }

  private var nothingKnown: Failure {
    Failure(
      .imageNotFound, "nothing is known of what \(name) reads when it starts",
      nextStep: "Run firn trace \(name) -- COMMAND with the command that jobs start")
  }

  /// What people call the image.
  var name: String { image.names.first ?? image.id }
}
