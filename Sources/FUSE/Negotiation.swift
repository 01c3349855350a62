internal import CFuse
internal import Glibc
internal import Synchronization

/// What the session asks of the kernel in INIT, and what it got.
final class Negotiation: Sendable {
  private let options: SessionOptions
  private let keepsFilesUnopened = Atomic(false)
  private let keepsDirectoriesUnopened = Atomic(false)

  init(_ options: SessionOptions) { self.options = options }

  /// Answers INIT: asks for what helps a read-only file system and the kernel can do.
  ///
  /// Pages are dropped when size or modification time turn out to have changed
  /// (`FUSE_CAP_AUTO_INVAL_DATA`, on by default), besides what a notifier says.
  func perform(on connection: inout fuse_conn_info) {
    let wanted: [Int32] = [
      FUSE_CAP_ASYNC_READ, FUSE_CAP_PARALLEL_DIROPS, FUSE_CAP_READDIRPLUS,
      FUSE_CAP_CACHE_SYMLINKS, FUSE_CAP_EXPORT_SUPPORT,
    ]
    for capability in wanted { connection.want |= UInt32(capability) & connection.capable }
    let adaptive = UInt32(FUSE_CAP_READDIRPLUS_AUTO)
    if options.adaptiveListing {
      connection.want |= adaptive & connection.capable
    } else {
      connection.want &= ~adaptive
    }
    connection.want &= ~UInt32(FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE)
    connection.max_readahead = UInt32(clamping: options.maxReadahead)
    connection.max_background = UInt32(clamping: max(options.maxBackground, 1))
    connection.congestion_threshold = max(connection.max_background * 3 / 4, 1)
    // libfuse derives the pages of one request, also of one read, from this.
    connection.max_write = UInt32(min(max(options.maxRead, 4096), 1 << 20))
    keepsFilesUnopened.store(
      connection.capable & UInt32(FUSE_CAP_NO_OPEN_SUPPORT) != 0, ordering: .relaxed)
    keepsDirectoriesUnopened.store(
      connection.capable & UInt32(FUSE_CAP_NO_OPENDIR_SUPPORT) != 0, ordering: .relaxed)
  }

  /// Answers OPEN and OPENDIR with `ENOSYS`, which makes the kernel never ask again; an old kernel
  /// gets an opened file whose pages or entries it may keep.
  func answerOpen(
    _ request: fuse_req_t, _ file: UnsafeMutablePointer<fuse_file_info>?, isDirectory: Bool
  ) {
    let isUnneeded =
      isDirectory
      ? keepsDirectoriesUnopened.load(ordering: .relaxed)
      : keepsFilesUnopened.load(ordering: .relaxed)
    if isUnneeded {
      fuse_reply_err(request, ENOSYS)
    } else {
      file?.pointee.keep_cache = 1
      file?.pointee.cache_readdir = isDirectory ? 1 : 0
      fuse_reply_open(request, file)
    }
  }
}
