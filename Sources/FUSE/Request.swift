internal import CFuse
internal import Glibc
internal import Linux
internal import SystemPackage

/// One request of the kernel, which is answered exactly once.
///
/// What libfuse says to a reply is ignored: it fails only when the asker or the mount is gone.
struct Request {
  let pointer: fuse_req_t

  /// Who asks.
  var caller: Caller {
    let context = fuse_req_ctx(pointer).pointee
    return Caller(uid: context.uid, gid: context.gid, pid: context.pid)
  }

  /// Answers with an error number; one the kernel would not take becomes `EIO`.
  func fail(_ error: Errno) {
    fuse_reply_err(pointer, 1..<512 ~= error.rawValue ? error.rawValue : EIO)
  }

  /// Answers a lookup; false when the kernel did not take the answer.
  func reply(_ entry: Entry) -> Bool {
    var parameters = fuse_entry_param(entry)
    return fuse_reply_entry(pointer, &parameters) == 0
  }

  func reply(_ reply: AttributesReply) {
    var status = stat(reply.attributes)
    fuse_reply_attr(pointer, &status, seconds(reply.timeout))
  }

  func reply(_ bytes: RawSpan) {
    bytes.withUnsafeBytes { bytes in
      let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
      _ = fuse_reply_buf(pointer, start, bytes.count)
    }
  }

  func reply(_ statistics: FileSystemStatistics) {
    var status = statvfs()
    status.f_bsize = UInt(statistics.blockSize)
    status.f_frsize = UInt(statistics.blockSize)
    status.f_blocks = fsblkcnt_t(statistics.blocks)
    status.f_files = fsfilcnt_t(statistics.inodes)
    status.f_namemax = UInt(statistics.nameLimit)
    fuse_reply_statfs(pointer, &status)
  }

  /// Answers a question for a value of at most `room` bytes, or with room 0 for its size.
  func reply(value: [UInt8], room: Int) {
    if room == 0 {
      fuse_reply_xattr(pointer, value.count)
    } else if value.count > room {
      fail(.outOfRange)
    } else {
      reply(value.span.bytes)
    }
  }
}
