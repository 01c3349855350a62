/// What a file in `staging/` says of its command (firn-store(5), "Staging").
public struct StagingNote: Hashable, Sendable, Codable {
  /// What is being done, for people.
  public var purpose: String
  /// Who does it: `user@host`.
  public var writer: String
  /// Since when: seconds since the epoch by that host's clock.
  public var started: Int64
  /// The newest generation before the file was there: the command changes no older one, so that
  /// collectors may remove those, and none after it.
  public var generation: UInt64

  /// Makes a note.
  public init(purpose: String, writer: String, started: Int64, generation: UInt64) {
    self.purpose = purpose
    self.writer = writer
    self.started = started
    self.generation = generation
  }
}
