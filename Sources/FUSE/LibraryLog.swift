internal import CFuse
internal import Glibc
internal import Synchronization

/// What libfuse would print on standard error: kept, one message, for the next error.
enum LibraryLog {
  private static let last = Mutex("")

  /// Makes libfuse tell us instead of printing; once for the process, whatever the session.
  static let isCaptured: Bool = {
    fuse_set_log_func { _, format, arguments in
      guard let format, let arguments else { return }
      LibraryLog.keep(format, arguments)
    }
    return true
  }()

  private static func keep(_ format: UnsafePointer<CChar>, _ arguments: CVaListPointer) {
    var text = [CChar](repeating: 0, count: 512)
    vsnprintf(&text, text.count, format, arguments)
    let bytes = text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:))
    let message = String(decoding: bytes, as: UTF8.self)
    last.withLock { $0 = String(message.split(separator: "\n").first ?? "") }
  }

  /// The last message, which is then forgotten; empty when there was none.
  static func takeLast() -> String {
    last.withLock { message in
      defer { message = "" }
      return message
    }
  }
}
