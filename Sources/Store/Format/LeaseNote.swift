/// What a lease's file says for people (firn-store(5), "Leases").
public struct LeaseNote: Hashable, Sendable, Codable {
  /// Who holds it: `user@host`.
  public var holder: String
  /// What for, one line.
  public var purpose: String
  /// When it was first taken: seconds since the epoch by its holder's clock.
  public var started: Int64

  /// Makes a note.
  public init(holder: String, purpose: String, started: Int64) {
    self.holder = holder
    self.purpose = purpose
    self.started = started
  }
}
