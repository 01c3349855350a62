internal import Failures
internal import Logging
internal import Store
internal import SystemPackage

/// The stores that a command reads, searched in order: the first that has a name has it.
struct StoreSearch {
  /// An image and the store it was found in.
  struct Found {
    let store: Store
    let image: ImageRecord
  }

  let paths: [String]

  /// Opens a store of the list.
  func open(_ path: String) throws(StoreError) -> Store {
    try Store.open(PosixDirectory(FilePath(path)))
  }

  /// Finds an image by what a user calls it.
  ///
  /// - Throws: What keeps a store before the one that has it from being read: that one might have
  ///   it; `imageNotFound` when none has it.
  func find(_ reference: String) throws(StoreError) -> Found {
    for path in paths {
      let store = try open(path)
      do throws(StoreError) {
        return Found(store: store, image: try store.newest().image(reference))
      } catch {
        guard case .imageNotFound = error else { throw error }
      }
    }
    throw .imageNotFound(reference)
  }

  /// All catalogs in order; a store other than the first that cannot be read is left out, with a
  /// warning.
  func catalogs(_ logger: Logger) throws(StoreError) -> [(path: String, catalog: Catalog)] {
    var found: [(String, Catalog)] = []
    for (place, path) in paths.enumerated() {
      do throws(StoreError) {
        found.append((path, try open(path).newest()))
      } catch {
        if place == 0 { throw error }
        logger.warning(
          "a store cannot be read and is left out",
          metadata: ["store": "\(path)", "reason": "\(error.failure)"])
      }
    }
    return found
  }
}
