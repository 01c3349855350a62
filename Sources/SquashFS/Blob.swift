/// Bytes at offsets: whatever holds a SquashFS file system.
///
/// Reading must be safe from several threads at once. This module brings no implementation: files
/// and image objects are other modules' business.
public protocol Blob: Sendable {
  /// The number of bytes.
  var size: UInt64 { get }

  /// Fills `buffer` with the bytes from `offset` on, all of it or none.
  ///
  /// - Throws: `truncated` when the blob ends too early, `readFailed` when reading fails.
  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError)
}
