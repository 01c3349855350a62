internal import Failures
internal import Logging
internal import OCI

/// One blob being read, over as many connections and from as many places as it takes.
///
/// After a failure it goes on where it stopped; when a place is given up, at the next one. The
/// bytes are not checked here: see ``BlobStream/verified(against:document:)``.
actor BlobDownload {
  private let blob: Descriptor
  private let logger: Logger
  private let clock: any Clock<Duration>
  private let retries: Int
  private var places: ArraySlice<any BlobPlace>
  private var budget: RetryBudget
  private var body: HTTPBody?
  /// How many bytes have been handed out.
  private var delivered: UInt64 = 0
  /// How many bytes had been handed out when the budget was last refilled.
  private var refilledAt: UInt64 = 0
  /// How many of the coming bytes have been handed out already.
  private var surplus: UInt64 = 0
  private var hasEnded = false
  /// How many places have been given up.
  private(set) var abandoned = 0

  init(
    _ blob: Descriptor, places: [any BlobPlace], retries: Int, logger: Logger,
    clock: any Clock<Duration> = ContinuousClock()
  ) {
    self.blob = blob
    self.places = places[...]
    self.retries = retries
    self.logger = logger
    self.clock = clock
    budget = RetryBudget(limit: retries)
  }

  /// The next piece; nil at the end.
  func next() async throws(RegistryError) -> [UInt8]? {
    while !hasEnded {
      do throws(RegistryError) {
        if let part = try await read() { return part }
      } catch {
        body = nil
        // A connection that breaks after the last byte takes nothing away: the digest decides.
        hasEnded = delivered > 0 && delivered >= blob.size
        if !hasEnded { try await recover(from: error) }
      }
    }
    return nil
  }

  /// The next new bytes; nil when there were none, which is the end only if ``hasEnded`` says so.
  private func read() async throws(RegistryError) -> [UInt8]? {
    guard let place = places.first else {
      throw .notFound("blob \(blob.digest)", reason: "there is no place to read it from")
    }
    let body = try await openBody(place)
    let part: [UInt8]?
    do { part = try await body.next() } catch { throw RegistryError(error, registry: place.name) }
    guard let part else {
      guard delivered >= blob.size else {
        throw .unreachable(
          registry: place.name,
          reason: "the connection ended after \(delivered) of \(blob.size) bytes")
      }
      hasEnded = true
      return nil
    }
    let repeated = min(surplus, UInt64(part.count))
    surplus -= repeated
    guard repeated < UInt64(part.count) else { return nil }
    delivered += UInt64(part.count) - repeated
    refillBudget()
    return repeated == 0 ? part : Array(part.dropFirst(Int(repeated)))
  }

  /// Refills the budget after progress that counts: a thousandth of the blob, or 1 MiB.
  ///
  /// If every byte counted, a registry that gives one per connection would keep an import for years.
  private func refillBudget() {
    guard delivered - refilledAt >= max(1, min(blob.size / 1000, 1 << 20)) else { return }
    refilledAt = delivered
    budget.progressed()
  }

  private func openBody(_ place: any BlobPlace) async throws(RegistryError) -> HTTPBody {
    if let body { return body }
    let (opened, start) = try await place.open(blob, at: delivered)
    surplus = delivered - min(start, delivered)
    body = opened
    return opened
  }

  private func recover(from error: RegistryError) async throws(RegistryError) {
    if let delay = budget.delay(after: error, random: .random(in: 0..<1)) {
      logger.notice(
        "a download is taken up again",
        metadata: [
          "blob": "\(blob.digest)", "after": "\(error.failure.reason)", "at": "\(delivered)",
        ])
      do { try await clock.sleep(for: delay) } catch { throw .cancelled }
      return
    }
    if case .cancelled = error { throw error }
    guard places.count > 1 else { throw error }
    places.removeFirst()
    abandoned += 1
    budget = RetryBudget(limit: retries)
    logger.warning(
      "a download goes on elsewhere",
      metadata: [
        "blob": "\(blob.digest)", "after": "\(error.failure.reason)",
        "at": "\(places.first?.name ?? "")",
      ])
  }
}
