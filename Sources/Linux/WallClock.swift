internal import Glibc

/// The clock of this host.
public enum WallClock {
  /// Seconds since the epoch (clock_gettime(2), `CLOCK_REALTIME`).
  public static func seconds() -> Int64 {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return Int64(now.tv_sec)
  }

  /// Blocks the calling thread (nanosleep(2)); a signal may end it early.
  public static func pause(milliseconds: Int) {
    var wanted = timespec()
    wanted.tv_sec = milliseconds / 1000
    wanted.tv_nsec = milliseconds % 1000 * 1_000_000
    nanosleep(&wanted, nil)
  }
}
