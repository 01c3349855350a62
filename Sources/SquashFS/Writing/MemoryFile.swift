internal import CSquashfs

/// A file for libsquashfs to write to that is only memory, and starts at any offset.
///
/// Not safe for use from several threads.
final class MemoryFile {
  private final class Storage {
    let base: UInt64
    var bytes: [UInt8] = []

    init(base: UInt64) { self.base = base }

    /// Overwrites or appends bytes; leaves no gap and touches nothing before the base.
    func write(_ source: UnsafeRawBufferPointer, at offset: UInt64) -> SQFS_ERROR? {
      guard offset >= base, offset - base <= UInt64(bytes.count) else {
        return SQFS_ERROR_OUT_OF_BOUNDS
      }
      let start = Int(offset - base)
      let overlap = min(source.count, bytes.count - start)
      bytes.replaceSubrange(start..<start + overlap, with: source)
      return nil
    }

    /// Copies bytes out.
    func read(at offset: UInt64, into target: UnsafeMutableRawBufferPointer) -> SQFS_ERROR? {
      guard offset >= base, offset - base <= UInt64(bytes.count) else {
        return SQFS_ERROR_OUT_OF_BOUNDS
      }
      let rest = bytes[Int(offset - base)...]
      guard rest.count >= target.count else { return SQFS_ERROR_OUT_OF_BOUNDS }
      target.copyBytes(from: rest.prefix(target.count))
      return nil
    }
  }

  private typealias Object = CallbackObject<sqfs_file_t, Storage>

  private let storage: Storage
  private let object: Object

  /// Makes an empty file whose first byte has the offset `base`.
  init(base: UInt64) {
    storage = Storage(base: base)
    object = Object(context: storage)
    Self.setFunctions(of: object.pointer)
  }

  /// What libsquashfs is given.
  var pointer: UnsafeMutablePointer<sqfs_file_t> { object.pointer }

  /// The offset of the next byte.
  var size: UInt64 { storage.base + UInt64(storage.bytes.count) }

  /// What was written.
  var bytes: [UInt8] { storage.bytes }

  /// Writes bytes at the end.
  func append(_ bytes: some Sequence<UInt8>) { storage.bytes.append(contentsOf: bytes) }

  private static func setFunctions(of file: UnsafeMutablePointer<sqfs_file_t>) {
    file.pointee.base.destroy = { _ in }
    file.pointee.get_size = { file in
      guard let storage = Object.context(file) else { return 0 }
      return storage.base + UInt64(storage.bytes.count)
    }
    file.pointee.write_at = { file, offset, buffer, size in
      let source = UnsafeRawBufferPointer(start: buffer, count: size)
      guard let storage = Object.context(file) else { return SQFS_ERROR_INTERNAL.rawValue }
      return storage.write(source, at: offset)?.rawValue ?? 0
    }
    file.pointee.read_at = { file, offset, buffer, size in
      let target = UnsafeMutableRawBufferPointer(start: buffer, count: size)
      guard let storage = Object.context(file) else { return SQFS_ERROR_INTERNAL.rawValue }
      return storage.read(at: offset, into: target)?.rawValue ?? 0
    }
    file.pointee.truncate = { _, _ in SQFS_ERROR_UNSUPPORTED.rawValue }
  }
}
