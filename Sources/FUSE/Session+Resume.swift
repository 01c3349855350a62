internal import CFuse
internal import Glibc
public import Linux
public import SystemPackage

// What servers need that hand a mount on to each other.

extension Session {
  /// Another descriptor of the connection to the kernel: while anybody has one, requests wait to be
  /// answered, whatever becomes of this process.
  public func duplicateDevice() throws(SystemError) -> OwnedDescriptor {
    var number: Int32 = -1
    do throws(Errno) {
      number = try connection.use { fcntl(fuse_session_fd($0), F_DUPFD_CLOEXEC, 3) }
    } catch {
      throw SystemError("fcntl", nil, error)
    }
    guard number >= 0 else { throw SystemError("fcntl", nil, Errno(rawValue: errno)) }
    return OwnedDescriptor(owning: number)
  }

  /// From now on the mount outlives this session, unless somebody unmounts it or ``stop()`` is
  /// called: another process has the device and the record.
  public func keepMount() { state.keepMount() }

  /// Ends the session as ``stop()`` does, but leaves the mount and all requests that come to another
  /// process.
  ///
  /// Those that this one has taken are answered, except for such that hang.
  public func leave() {
    state.leave()
    end()
  }

  /// Makes the kernel send again what it has sent and got no answer to (`FUSE_NOTIFY_RESEND`,
  /// Linux 6.9).
  ///
  /// What is being answered here is answered twice, and the kernel takes one of the answers.
  ///
  /// - Throws: `EINVAL` by a kernel that cannot: what a killed server had taken is never answered.
  public func resendRequests() throws(Errno) {
    var header = Self.header(notification: 7)
    let result = try connection.use { session in
      let count = write(fuse_session_fd(session), &header, header.count)
      return count < 0 ? -errno : 0
    }
    if result < 0 { throw Errno(rawValue: -result) }
  }

  /// A notification without a body: `struct fuse_out_header` (linux/fuse.h).
  private static func header(notification: UInt8) -> [UInt8] {
    [16, 0, 0, 0, notification, 0, 0, 0] + [UInt8](repeating: 0, count: 8)
  }

  /// Answers the kernel's first request, and keeps it for others, or answers the kept one again: the
  /// kernel, which has its answer, does not take another, and libfuse has learnt what it must know.
  ///
  /// - Returns: 0, or less for an error of the connection.
  func begin(with record: SessionRecord?) -> Int32 {
    guard isResumed, let kept = record?.initialRequest else { return takeFirst(record) }
    let result = try? connection.use { session in
      var bytes = kept
      bytes.withUnsafeMutableBytes { bytes in
        var buffer = fuse_buf()
        buffer.mem = bytes.baseAddress
        buffer.size = bytes.count
        fuse_session_process_buf(session, &buffer)
      }
      return 0
    }
    return result ?? -ENOTCONN
  }

  private func takeFirst(_ record: SessionRecord?) -> Int32 {
    let result = try? connection.use { session in
      var buffer = fuse_buf()
      defer { free(buffer.mem) }
      while state.isRunning {
        let count = fuse_session_receive_buf(session, &buffer)
        if count == -EINTR { continue }
        guard count > 0 else { return count }
        let bytes = UnsafeRawBufferPointer(start: buffer.mem, count: buffer.size)
        do throws(SystemError) {
          try record?.keep(initialRequest: Array(bytes))
        } catch {
          return -error.errno.rawValue
        }
        fuse_session_process_buf(session, &buffer)
        return 0
      }
      return 0
    }
    return result ?? 0
  }
}
