public import OCI
public import Transports

/// Where an image can be asked for again: a registry's name for it, and for which platform it was
/// wanted.
public struct ImageOrigin: Hashable, Sendable, Codable {
  /// The source as ``SourceName`` reads it, such as `docker://quay.io/team/tool:1.2`.
  public let source: String
  /// The platform that was asked for, such as `linux/arm64`; nil for that of this machine.
  public let platform: String?

  /// The origin of what is imported from a source; nil for files, which may be gone or be others.
  ///
  /// Of a tag and a digest the tag is kept: it is what may mean something newer.
  public init?(_ name: SourceName, platform: Platform?) {
    guard case .registry(let reference) = name else { return nil }
    let isFixed = reference.tag == nil && reference.digest != nil
    source = isFixed ? "\(name)" : "docker://\(reference.name):\(reference.tag ?? "latest")"
    self.platform = platform.map { "\($0)" }
  }

  /// What an image's name says of its origin where nothing else does: images are named so when
  /// nobody gives them another name.
  init?(impliedBy name: String) {
    guard Reference.namesHost(name), let source = try? SourceName(parsing: name) else { return nil }
    self.init(source, platform: nil)
  }
}
