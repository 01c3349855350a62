public import Linux

/// What a store asks of the process and host it is used from, so that tests may answer otherwise.
public struct Surroundings: Sendable {
  /// Who writes: `user@host`.
  public var writer: @Sendable () -> String
  /// The process that stages files.
  public var process: ProcessIdentity
  /// Seconds since the epoch.
  public var now: @Sendable () -> Int64
  /// Whether a process is known to have ended.
  public var isKnownDead: @Sendable (ProcessIdentity) -> Bool
  /// Makes the tokens of writers and leases; never the same twice in one store.
  public var token: @Sendable () -> WriterToken
  /// Waits between two attempts to publish.
  public var pause: @Sendable (_ milliseconds: Int) -> Void

  /// Makes surroundings; by default those of this process.
  public init(
    writer: @escaping @Sendable () -> String = { Surroundings.userAtHost() },
    process: ProcessIdentity = .current(),
    now: @escaping @Sendable () -> Int64 = { WallClock.seconds() },
    isKnownDead: @escaping @Sendable (ProcessIdentity) -> Bool = { $0.isKnownDead },
    token: @escaping @Sendable () -> WriterToken = { .random() },
    pause: @escaping @Sendable (_ milliseconds: Int) -> Void = {
      WallClock.pause(milliseconds: $0)
    }
  ) {
    self.writer = writer
    self.process = process
    self.now = now
    self.isKnownDead = isKnownDead
    self.token = token
    self.pause = pause
  }
}

extension Surroundings {
  /// The user and host of this process, as in `alice@login1`.
  public static func userAtHost() -> String {
    let uid = effectiveUser()
    return "\(UserAccount(uid: uid)?.name ?? "\(uid)")@\(hostName())"
  }
}
