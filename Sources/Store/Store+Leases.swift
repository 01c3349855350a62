internal import Linux
internal import SystemPackage

extension Store {
  /// The longest that a lease is honoured after it was taken or renewed, in seconds: 31 days.
  public static let longestLease: Int64 = 31 * 86_400

  /// Takes a lease: two path operations and a small file.
  ///
  /// - Parameters:
  ///   - generation: The oldest generation that will be read from.
  ///   - seconds: How long it holds without being renewed; at most ``longestLease``.
  ///   - purpose: What for, one line for people.
  public func takeLease(
    of generation: UInt64, for seconds: Int64, purpose: String
  ) throws(StoreError) -> Lease {
    let now = surroundings.now()
    let lease = Lease(
      token: surroundings.token(), generation: generation, expires: now + Self.limited(seconds))
    let note = LeaseNote(holder: surroundings.writer(), purpose: purpose, started: now)
    let text = (try? SealedText.encode(note)) ?? []
    do throws(SystemError) {
      let file = try directory.create(lease.path)
      try file.append(text.span.bytes)
      try directory.synchronize(.leases)
    } catch {
      throw .system(error)
    }
    return lease
  }

  /// Lets a lease hold longer, or from another generation on: one rename(2).
  ///
  /// - Throws: `missing` when it ended and was cleared; take another.
  public func renew(
    _ lease: Lease, generation: UInt64, for seconds: Int64
  ) throws(StoreError) -> Lease {
    let expires = surroundings.now() + Self.limited(seconds)
    let renewed = Lease(token: lease.token, generation: generation, expires: expires)
    if renewed == lease { return lease }
    try attempt(lease.path) { () throws(SystemError) in
      try directory.rename(lease.path, to: renewed.path)
    }
    return renewed
  }

  /// Ends a lease; one that is not there any more is fine.
  public func release(_ lease: Lease) throws(StoreError) { try removeIfPresent(lease.path) }

  /// All leases, ended ones included: one listing.
  public func leases() throws(StoreError) -> [Lease] {
    try names(in: .leases).compactMap { Lease(name: $0) }
  }

  /// What a lease says of its holder; nil when it cannot be read.
  ///
  /// Where everybody may hold leases a file may be anything: what is not small is not read.
  public func note(of lease: Lease) -> LeaseNote? {
    guard let file = try? directory.open(lease.path), file.size <= Self.largestNote,
      let bytes = try? file.bytes(at: 0, count: Int(file.size), of: lease.path)
    else { return nil }
    return try? SealedText.decode(LeaseNote.self, from: bytes)
  }

  private static let largestNote: UInt64 = 64 << 10

  private static func limited(_ seconds: Int64) -> Int64 { max(0, min(seconds, longestLease)) }
}

extension Lease {
  var path: StorePath { StorePath(.leases, name) }
}
