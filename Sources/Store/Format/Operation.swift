/// Who published a generation, when and what for (firn-store(5), "Generations").
public struct Operation: Hashable, Sendable, Codable {
  /// What was done, one line for people, such as `import docker://debian:12`.
  public var text: String
  /// Who did it: `user@host`.
  public var writer: String
  /// When, in seconds since the epoch by that host's clock.
  public var time: Int64
  /// Random, so that a writer knows its own generation again.
  public var token: String

  /// Makes an operation.
  public init(text: String, writer: String, time: Int64, token: String) {
    self.text = text
    self.writer = writer
    self.time = time
    self.token = token
  }
}
