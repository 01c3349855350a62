internal import Glibc
internal import SystemPackage

extension Errno {
  /// The calling thread's errno.
  static var current: Errno { Errno(rawValue: errno) }
}
