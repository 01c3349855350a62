internal import Linux
internal import Logging
internal import Store
internal import SystemPackage

/// A lease that a server holds on what it may be reading, for as long as it runs
/// (firn-serve(1), "Leases").
///
/// Taken at the first call, renewed at a quarter of its time, and moved to a newer generation at
/// most once an hour: being behind is safe and only keeps content for a little longer, and a
/// generation must not make every node of a site write. Used by one caller at a time.
struct HeldLease: Sendable {
  private let store: Store
  private let seconds: Int64
  private let purpose: String
  private let logger: Logger
  private var lease: Lease?
  private var renewal: Double = -.infinity
  private var mayMove: Double = -.infinity
  private var isRefused = false
  private var isFailing = false

  /// The seconds until a failed attempt is made again.
  private static let retry: Double = 60
  /// The least seconds between two moves.
  private static let pace: Double = 3600

  /// Describes a lease; nothing is written yet.
  ///
  /// - Parameter seconds: How long it holds without being renewed; 0 for no lease at all.
  init(_ store: Store, for seconds: Int64, purpose: String, logger: Logger) {
    self.store = store
    self.seconds = min(seconds, Store.longestLease)
    self.purpose = purpose
    self.logger = logger
  }

  /// Sees to it that the lease holds; does nothing most of the time.
  ///
  /// - Parameters:
  ///   - generation: The oldest generation that is needed. One before the lease's is taken at once:
  ///     what it lists is there still, or the catalog would not say so.
  ///   - now: Seconds of a clock that only runs forward.
  mutating func keep(from generation: UInt64, at now: Double) {
    guard seconds > 0 else { return }
    guard let lease else {
      if now >= renewal { take(generation, now) }
      return
    }
    let moves = generation < lease.generation || (generation > lease.generation && now >= mayMove)
    guard now >= renewal || moves else { return }
    do throws(StoreError) {
      set(try store.renew(lease, generation: generation, for: seconds), now)
    } catch {
      guard case .missing = error else { return postpone(error, now) }
      logger.warning("the lease had ended and was cleared; another is taken")
      self.lease = nil
      take(generation, now)
    }
  }

  /// How it stands.
  var standing: LeaseStatus {
    let state: LeaseStatus.State =
      seconds == 0
      ? .none : isFailing ? .failing : isRefused ? .refused : lease == nil ? .waiting : .held
    return LeaseStatus(state, lease)
  }

  /// Ends the lease; what cannot be removed ends by itself.
  mutating func release() {
    guard let lease else { return }
    self.lease = nil
    do throws(StoreError) { try store.release(lease) } catch {
      logger.info("the lease could not be removed", metadata: ["reason": "\(error.failure)"])
    }
  }

  private mutating func take(_ generation: UInt64, _ now: Double) {
    do throws(StoreError) {
      set(try store.takeLease(of: generation, for: seconds, purpose: purpose), now)
    } catch {
      switch error {
      case .system(let cause)
      where [.permissionDenied, .notPermitted, .readOnlyFileSystem].contains(cause.errno):
        renewal = now + Self.pace
        isFailing = false
        guard !isRefused else { return }
        isRefused = true
        logger.notice(
          "this account may not hold a lease, so that a collector does not know of this server",
          metadata: ["store": "\(store.directory.location)", "reason": "\(cause)"])
      default: postpone(error, now)
      }
    }
  }

  private mutating func set(_ lease: Lease, _ now: Double) {
    self.lease = lease
    isRefused = false
    isFailing = false
    renewal = now + Double(seconds) / 4
    mayMove = now + min(Double(seconds) / 4, Self.pace)
  }

  private mutating func postpone(_ error: StoreError, _ now: Double) {
    renewal = now + min(Double(seconds) / 4, Self.retry)
    mayMove = renewal
    isFailing = true
    logger.warning(
      "a lease could not be taken or renewed and is tried again",
      metadata: ["store": "\(store.directory.location)", "reason": "\(error.failure)"])
  }
}
