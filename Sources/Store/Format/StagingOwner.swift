public import Linux

/// Who is writing to the store, and until when: the name of a file in `staging/`
/// (firn-store(5), "Staging").
///
/// The name says everything, so that it appears and is read atomically; what the file contains is
/// for people.
public struct StagingOwner: Hashable, Sendable {
  /// What begins the name of every file the owner stages, and is kept in those it links.
  public var token: WriterToken
  /// Until when the owner wants to be left alone: seconds since the epoch by its host's clock.
  public var expires: Int64
  /// The process.
  public var process: ProcessIdentity

  /// Makes an owner.
  public init(token: WriterToken, expires: Int64, process: ProcessIdentity) {
    self.token = token
    self.expires = expires
    self.process = process
  }

  /// Reads the name of a file in `staging/`; nil for a name of another form.
  public init?(name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 6, let token = WriterToken(hex: parts[0]), let expires = Int64(parts[1]),
      let pid = Int32(parts[2]), let start = UInt64(parts[3]), let namespace = UInt64(parts[4])
    else { return nil }
    self.init(
      token: token, expires: expires,
      process: ProcessIdentity(
        boot: String(parts[5]), pidNamespace: namespace, pid: pid, startTime: start))
    guard self.name == name else { return nil }
  }

  /// The name of the owner's file.
  public var name: String {
    "\(token)-\(expires)-\(process.pid)-\(process.startTime)-\(process.pidNamespace)"
      + "-\(process.boot)"
  }

  /// The name of a file the owner stages, in whatever area it is to be linked.
  func temporaryName(_ number: Int) -> String { ".\(token).\(number)" }

  /// The token in the name of a staged file or an announcement; nil for other names.
  public static func token(ofTemporary name: String) -> WriterToken? {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 3 || parts.count == 4 && LayerKey(name: String(parts[3])) != nil,
      parts[0].isEmpty, Int(parts[2]) != nil
    else { return nil }
    return WriterToken(hex: parts[1])
  }

  static func isTemporary(_ name: String) -> Bool { token(ofTemporary: name) != nil }
}
