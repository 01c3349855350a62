public import Digests
internal import Linux
internal import SystemPackage

extension StorePath {
  /// The start bundle of an image.
  static func bundle(of rootIdentity: SHA256Digest) -> StorePath {
    StorePath(.bundles, rootIdentity.hex)
  }

  /// The access trace of an image that a writer made.
  static func trace(of rootIdentity: SHA256Digest, by writer: WriterToken) -> StorePath {
    StorePath(.traces, "\(rootIdentity.hex).\(writer)")
  }
}

extension Store {
  /// How many traces of an image are read at most.
  private static let mostTraces = 64

  /// Opens the start bundle of an image: one path operation; nil where there is none.
  public func bundle(of rootIdentity: SHA256Digest) throws(StoreError) -> (any StoreFile)? {
    do throws(SystemError) {
      return try directory.open(.bundle(of: rootIdentity))
    } catch {
      guard error.errno == .noSuchFileOrDirectory else { throw .system(error) }
      return nil
    }
  }

  /// The access traces of an image, in the order of their names; those that cannot be read are left
  /// out, for they are hints.
  public func traces(of rootIdentity: SHA256Digest) throws(StoreError) -> [AccessTrace] {
    let own = try names(in: .traces).filter {
      Companion(StorePath(.traces, $0))?.rootIdentity == rootIdentity
    }
    return own.prefix(Self.mostTraces).compactMap { name in
      guard let bytes = try? directory.read(StorePath(.traces, name)),
        let trace = try? AccessTrace(decoding: bytes), trace.rootIdentity == rootIdentity
      else { return nil }
      return trace
    }
  }
}

extension Store {
  /// Removes the start bundle and the access traces of an image.
  ///
  /// - Returns: What was there.
  public func removeCompanions(of rootIdentity: SHA256Digest) throws(StoreError) -> [Companion] {
    var gone: [Companion] = []
    for area in [StoreArea.bundles, .traces] {
      gone += try names(in: area).compactMap { Companion(StorePath(area, $0)) }
        .filter { $0.rootIdentity == rootIdentity }
    }
    for companion in gone { try removeIfPresent(companion.path) }
    return gone
  }
}

extension StagingArea {
  /// Writes an access trace, durably; one that this area wrote before is replaced.
  public func write(_ trace: AccessTrace) throws(StoreError) {
    try write(trace.encoded(), as: .trace(of: trace.rootIdentity, by: owner.token))
  }
}
