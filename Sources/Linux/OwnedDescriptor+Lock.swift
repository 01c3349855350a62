internal import Glibc
internal import SystemPackage

extension OwnedDescriptor {
  /// Locks the file for this open file alone, if nobody else has locked it (flock(2)).
  ///
  /// The lock ends when the descriptor is closed, at the latest with the process. For files of this
  /// machine only: shared file systems often do not have such locks.
  /// - Returns: Whether it is locked now.
  public borrowing func tryLock() throws(SystemError) -> Bool {
    let number = rawValue
    do throws(SystemError) {
      _ = try retrying("flock", path) { flock(number, LOCK_EX | LOCK_NB) }
      return true
    } catch {
      guard error.errno == .wouldBlock else { throw error }
      return false
    }
  }

  /// Ends the lock of ``tryLock()``.
  public borrowing func unlock() throws(SystemError) {
    let number = rawValue
    _ = try retrying("flock", path) { flock(number, LOCK_UN) }
  }
}
