internal import Linux
internal import Store
internal import SystemPackage

/// Where a check of all blocks keeps its progress.
enum FsckPlace {
  /// The file for a store, below the user's cache directory, which is made; nil where the user has
  /// none, as service accounts do.
  static func record(of store: Store) throws(SystemError) -> FilePath? {
    guard let cache = cacheDirectory else { return nil }
    let directory = cache.appending("firn")
    for place in [cache, directory] {
      do throws(SystemError) {
        try Paths.makeDirectory(place, mode: 0o700)
      } catch {
        guard error.errno != .fileExists else { continue }
        guard error.errno != .noSuchFileOrDirectory else { return nil }
        throw error
      }
    }
    return directory.appending("fsck-\(store.description.id)")
  }

  private static var cacheDirectory: FilePath? {
    if let path = environmentVariable("XDG_CACHE_HOME") { return FilePath(path) }
    return environmentVariable("HOME").map { FilePath($0).appending(".cache") }
  }
}
