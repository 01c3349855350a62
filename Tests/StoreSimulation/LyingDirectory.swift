public import Linux
public import Store
public import SystemPackage

/// A directory that links and then says that it did not, as NFS may, or refuses to link at all.
public struct LyingDirectory: ForwardingDirectory {
  /// The directory that is lied about.
  public let base: any StoreDirectory
  let refusal: Errno?

  /// Lies about links, or refuses them with an error.
  public init(_ base: any StoreDirectory, refusal: Errno? = nil) {
    self.base = base
    self.refusal = refusal
  }

  /// See ``StoreDirectory``.
  public func link(_ path: StorePath, to name: StorePath) throws(SystemError) {
    if let refusal { throw SystemError("link", nil, refusal) }
    try base.link(path, to: name)
    throw SystemError("link", nil, .fileExists)
  }
}
