internal import CSquashfs
internal import Compression

/// The compressor of data blocks, in the form in which libsquashfs compresses metadata with it.
///
/// So metadata and data come from the same code and level, whatever libsquashfs was built with.
final class MetadataCompressor {
  private typealias Object = CallbackObject<sqfs_compressor_t, BlockCompressor>

  private let object: Object

  /// Makes a compressor.
  init(_ compressor: BlockCompressor) {
    object = Object(context: compressor)
    Self.setFunctions(of: object.pointer)
  }

  /// What libsquashfs is given.
  var pointer: UnsafeMutablePointer<sqfs_compressor_t> { object.pointer }

  private static func setFunctions(of compressor: UnsafeMutablePointer<sqfs_compressor_t>) {
    compressor.pointee.base.destroy = { _ in }
    compressor.pointee.get_configuration = { _, _ in }
    compressor.pointee.write_options = { _, _ in SQFS_ERROR_UNSUPPORTED.rawValue }
    compressor.pointee.read_options = { _, _ in SQFS_ERROR_UNSUPPORTED.rawValue }
    compressor.pointee.do_block = { compressor, input, inputSize, output, outputSize in
      guard let block = Object.context(compressor) else { return SQFS_ERROR_INTERNAL.rawValue }
      let source = UnsafeRawBufferPointer(start: input, count: Int(inputSize))
      let target = UnsafeMutableRawBufferPointer(start: output, count: Int(outputSize))
      // 0 tells libsquashfs to store the bytes as they are.
      guard let stored = block.compress(source.bytes), stored.count <= target.count else {
        return 0
      }
      target.copyBytes(from: stored)
      return Int32(stored.count)
    }
  }
}
