internal import Digests
internal import Linux
internal import StartBundles
internal import Store

// Start bundles, in the store or on a disk of the node's own.

extension StoreContent {
  /// The file of an image's start bundle; nil where there is none.
  ///
  /// One path operation on the store, and none where the disk cache knows.
  func bundle(of rootIdentity: SHA256Digest) throws(StoreError) -> (any StoreFile)? {
    guard let disk, let known = disk.bundle(of: rootIdentity) else {
      let file = try store.bundle(of: rootIdentity)
      if file == nil { disk?.keep(.none, of: rootIdentity) }
      return file
    }
    guard known.size > 0 else { return nil }
    return LocalBundle(known, disk) { [store] () throws(StoreError) in
      try store.bundle(of: rootIdentity)
    }
  }

  /// Keeps a bundle on the node's disk, if it is not there; waits until it can be written.
  func keep(_ bundle: StartBundle, of rootIdentity: SHA256Digest) {
    guard let disk, disk.bundle(of: rootIdentity) == nil, let version = try? bundle.version()
    else { return }
    let known = KnownBundle(size: bundle.size, version: version)
    let isKept = bundle.forEachChunk { offset, bytes in disk.keep(bytes, of: known, at: offset) }
    // Last, so that whoever finds it finds the parts.
    if isKept { disk.keep(known, of: rootIdentity) }
  }

  /// Forgets what the node's disk has of a bundle that cannot be used.
  func forgetBundle(of rootIdentity: SHA256Digest) { disk?.forgetBundle(of: rootIdentity) }

  /// Looks, once a day, whether the store has another bundle than the node's disk, and forgets that
  /// then, for the start after this one.
  func renewBundle(of rootIdentity: SHA256Digest) {
    guard let disk, var known = disk.bundle(of: rootIdentity), known.isOld else { return }
    do throws(StoreError) {
      let file = try store.bundle(of: rootIdentity)
      let version = try file.map { (file) throws(StoreError) in
        try StartBundle.version(of: file, rootIdentity)
      }
      guard file?.size ?? 0 == known.size, version ?? known.version == known.version else {
        return disk.forgetBundle(of: rootIdentity)
      }
      known.time = WallClock.seconds()
      disk.keep(known, of: rootIdentity)
    } catch {
      // Another time.
    }
  }
}
