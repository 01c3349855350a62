public import OCI

/// What to import, and as what.
public struct ImportRequest: Sendable {
  /// The names in the store; empty for those the source suggests.
  public var names: [String]
  /// For which platform; nil for this machine's, or whatever a single image is for.
  public var platform: Platform?
  /// What the user asked for, for the store's log: no credentials.
  public var text: String

  /// Whether it is only to make an image whole that the store has: one that it does not have is
  /// refused, and no names are given.
  public var isRepair = false

  /// Makes a request.
  public init(names: [String] = [], platform: Platform? = nil, text: String) {
    self.names = names
    self.platform = platform
    self.text = text
  }
}
