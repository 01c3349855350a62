internal import Linux
internal import Logging
internal import Registry
internal import SystemPackage

extension SignaturePolicy {
  /// Reads the policy of `--policy`; else of this user, `~/.config/containers/policy.json`; else of
  /// this machine, `/etc/containers/policy.json`; nil where neither is there, and nobody forbids
  /// anything.
  static func load(
    _ options: RegistryOptions, logger: Logger
  ) throws(TransportError) -> SignaturePolicy? {
    if let file = options.policyFile {
      let bytes: [UInt8]
      do { bytes = try readBytes(file) } catch { throw .registry(.unreadable(file, error)) }
      return try SignaturePolicy(parsing: bytes, file: file.string)
    }
    let home = options.environment["HOME"].flatMap { $0.isEmpty ? nil : FilePath($0) }
    let system = options.systemDirectory.appending("containers/policy.json")
    let files = [home?.appending(".config/containers/policy.json"), system].compactMap(\.self)
    for file in files {
      let bytes: [UInt8]
      do { bytes = try readBytes(file) } catch {
        if error.errno == .noSuchFileOrDirectory || error.errno == .notDirectory { continue }
        throw .registry(.unreadable(file, error))
      }
      return try SignaturePolicy(parsing: bytes, file: file.string)
    }
    logger.info("there is no policy.json; every image is allowed")
    return nil
  }
}
