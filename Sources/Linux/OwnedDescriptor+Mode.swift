internal import Glibc

extension OwnedDescriptor {
  /// Sets the permission bits of the open file, whatever the umask was (fchmod(2)).
  public borrowing func setMode(_ mode: UInt32) throws(SystemError) {
    let number = rawValue
    _ = try retrying("fchmod", path) { fchmod(number, mode) }
  }
}
