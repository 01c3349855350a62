/// Who asks: the credentials of the process that made the system call.
///
/// Ids are those of the user namespace the file system was mounted in; a user without a number
/// there appears as `UInt32.max`. Requests that the kernel makes by itself, such as readahead, carry
/// the ids of whoever caused them or zeros: decide by them in lookups only, never in reads.
public struct Caller: Hashable, Sendable {
  /// The file-system user id.
  public let uid: UInt32
  /// The file-system group id.
  public let gid: UInt32
  /// The process id; 0 when it has none in the server's process namespace.
  public let pid: Int32

  /// Makes a caller from its numbers.
  public init(uid: UInt32, gid: UInt32, pid: Int32) {
    self.uid = uid
    self.gid = gid
    self.pid = pid
  }
}
