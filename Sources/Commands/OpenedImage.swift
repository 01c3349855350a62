internal import Failures
internal import ImageTree
internal import Logging
internal import NodeService
internal import SquashFS
internal import Store
internal import SystemPackage

/// An image of a store, found by what a user calls it and read.
struct OpenedImage {
  let record: ImageRecord
  let image: LoadedImage

  /// Finds an image and reads its object.
  ///
  /// - Throws: `StoreError`, or `Failure` for metadata that does not make sense.
  init(_ reference: String, in store: Store) throws {
    record = try store.newest().image(reference)
    let object = try store.imageObject(record.object)
    let content = StoreContent(store, cacheSize: 64 << 20, logger: Log.make())
    do throws(SquashFSError) {
      image = try LoadedImage(object, source: content)
    } catch {
      throw Failure(
        .storeCorrupt, "the image \(reference) is damaged", cause: error.failure.sentence,
        nextStep: "Import the image again, which writes it anew")
    }
  }
}
