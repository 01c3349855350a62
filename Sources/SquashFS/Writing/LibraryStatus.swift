internal import CSquashfs

/// What a function of libsquashfs returned.
enum LibraryStatus {
  /// Turns a negative status into an error that names the step.
  static func check(_ status: Int32, _ step: @autoclosure () -> String) throws(SquashFSError) {
    guard status < 0 else { return }
    throw .writingFailed(step: step(), cause: cause(status))
  }

  /// The object that a function made, or an error when it made none.
  static func check<Object>(_ object: Object?, _ step: String) throws(SquashFSError) -> Object {
    guard let object else { throw .writingFailed(step: step, cause: "out of memory") }
    return object
  }

  private static func cause(_ status: Int32) -> String {
    switch SQFS_ERROR(rawValue: status) {
    case SQFS_ERROR_ALLOC: "out of memory"
    case SQFS_ERROR_COMPRESSOR: "the compressor failed"
    case SQFS_ERROR_OVERFLOW: "a number is too large for the format"
    case SQFS_ERROR_OUT_OF_BOUNDS: "a write beyond the end"
    case SQFS_ERROR_UNSUPPORTED: "libsquashfs does not support it"
    case SQFS_ERROR_ARG_INVALID: "libsquashfs refused an argument"
    default: "libsquashfs returned status \(status)"
    }
  }
}
