/// A promise that somebody may be reading what a generation lists: the name of a file in `leases/`
/// (firn-store(5), "Leases").
///
/// Who holds a lease of generation g may read whatever g or a later generation lists, so nothing
/// that was condemned after g is dropped before the lease ends. It is no lock: nobody waits for it.
public struct Lease: Hashable, Sendable {
  /// Tells the lease from others.
  public var token: WriterToken
  /// The oldest generation its holder may still read from.
  public var generation: UInt64
  /// When it ends without being renewed: seconds since the epoch by its holder's clock.
  public var expires: Int64

  /// Makes a lease.
  public init(token: WriterToken, generation: UInt64, expires: Int64) {
    self.token = token
    self.generation = generation
    self.expires = expires
  }

  /// Reads the name of a file in `leases/`; nil for a name of another form.
  public init?(name: String) {
    let parts = name.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 3, let token = WriterToken(hex: parts[0]),
      let generation = UInt64(parts[1]), let expires = Int64(parts[2]), expires >= 0
    else { return nil }
    self.init(token: token, generation: generation, expires: expires)
    guard self.name == name else { return nil }
  }

  /// The name of the lease's file.
  public var name: String { "\(token)-\(generation)-\(expires)" }

  /// Whether the lease has surely ended, whatever the clocks of other hosts say within
  /// ``Store/clockMargin``, or would hold for longer than ``Store/longestLease``, which nobody may
  /// ask for.
  public func hasEnded(at now: Int64) -> Bool {
    let latest = now.addingReportingOverflow(Store.longestLease + Store.clockMargin)
    return now.subtractingReportingOverflow(Store.clockMargin).partialValue > expires
      || !latest.overflow && expires > latest.partialValue
  }

  /// Whether its holder may still read what was condemned so.
  public func covers(_ condemnation: Condemnation) -> Bool {
    generation < condemnation.generation
  }
}
