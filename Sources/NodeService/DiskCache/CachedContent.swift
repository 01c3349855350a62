internal import Digests
internal import Linux
internal import Store

/// What a disk cache has of one store: blocks, image objects and generations, none of which ever
/// changes under its name.
///
/// The store is known by its id and by its directory: the id alone is what whoever may write to a
/// store says that it is.
struct CachedContent: Sendable {
  private let cache: DiskCache
  private let owner: SHA256Digest

  /// The part of a cache that is a store's.
  init(_ cache: DiskCache, of store: Store) {
    self.cache = cache
    let text = Array("\(store.description.id)\0\(store.directory.location)".utf8)
    owner = .of(text.span.bytes)
  }

  /// The stored bytes of a block, checked.
  func storedBytes(of block: BlockRecord) -> SharedBuffer? {
    cache.content(
      key(of: block), byteCount: Int(block.storedSize.byteCount), checksum: block.checksum)
  }

  /// Keeps the stored bytes of a block, which were checked.
  func keep(_ bytes: SharedBuffer, of block: BlockRecord) {
    cache.keep(bytes, as: key(of: block), checksum: block.checksum)
  }

  /// The bytes of an image object's file.
  func object(_ name: SHA256Digest) -> [UInt8]? { array(key(.object, name)) }

  /// Keeps the bytes of an image object that could be read.
  func keep(_ bytes: [UInt8], ofObject name: SHA256Digest) { keep(bytes, as: key(.object, name)) }

  /// What is known of an image's start bundle; nil when nothing is.
  func bundle(of rootIdentity: SHA256Digest) -> KnownBundle? {
    array(key(.bundle, rootIdentity)).flatMap { KnownBundle(decoding: $0) }
  }

  /// Keeps what was found out, in the place of what was known before.
  func keep(_ known: KnownBundle, of rootIdentity: SHA256Digest) {
    forgetBundle(of: rootIdentity)
    keep(known.encoded, as: key(.bundle, rootIdentity))
  }

  /// From now on nothing is known of an image's start bundle.
  func forgetBundle(of rootIdentity: SHA256Digest) { cache.forget(key(.bundle, rootIdentity)) }

  /// A part of a start bundle.
  func part(of bundle: KnownBundle, at offset: UInt64) -> SharedBuffer? {
    cache.content(key(.bundlePart, bundle.name(ofPartAt: offset)))
  }

  /// Keeps a part of a start bundle; waits for room in the queue.
  ///
  /// - Returns: Whether it will be written.
  func keep(_ bytes: SharedBuffer, of bundle: KnownBundle, at offset: UInt64) -> Bool {
    let sum = bytes.withBytes { Checksum.of($0) }
    return cache.keepWaiting(
      bytes, as: key(.bundlePart, bundle.name(ofPartAt: offset)), checksum: sum)
  }

  /// The keys of what an image needs.
  func forEachKey(
    of name: SHA256Digest, _ object: ImageObject, _ body: (DiskCacheKey) -> Void
  ) {
    body(key(.object, name))
    for block in object.blocks { body(key(of: block.record)) }
  }

  private func key(_ kind: DiskCacheKey.Kind, _ name: SHA256Digest) -> DiskCacheKey {
    DiskCacheKey(kind: kind, owner: owner, name: name)
  }

  private func key(of block: BlockRecord) -> DiskCacheKey { key(.block, block.content) }

  private func array(_ key: DiskCacheKey) -> [UInt8]? {
    cache.content(key)?.withBytes { $0.withUnsafeBytes { Array($0) } }
  }

  private func keep(_ bytes: [UInt8], as key: DiskCacheKey) {
    cache.keep(
      SharedBuffer(copying: bytes.span.bytes), as: key, checksum: .of(bytes.span.bytes))
  }
}

extension CachedContent: GenerationMemory {
  /// The bytes of a generation's file; see ``Store/GenerationMemory``.
  func bytes(ofGeneration number: UInt64) -> [UInt8]? { array(key(ofGeneration: number)) }

  /// Keeps the bytes of a generation's file; see ``Store/GenerationMemory``.
  func keep(_ bytes: [UInt8], ofGeneration number: UInt64) {
    keep(bytes, as: key(ofGeneration: number))
  }

  private func key(ofGeneration number: UInt64) -> DiskCacheKey {
    key(.generation, .of(Array("\(number)".utf8).span.bytes))
  }
}
