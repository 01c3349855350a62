internal import CFuse

/// The beginning of a request as the kernel sends it (`struct fuse_in_header`, linux/fuse.h).
struct RequestHeader {
  /// The number of the operation; 0 where there is no header.
  let operation: UInt32

  private static let forget: UInt32 = 2
  private static let initialize: UInt32 = 26
  private static let batchForget: UInt32 = 42

  init(_ buffer: borrowing fuse_buf) {
    operation =
      buffer.size >= 8
      ? buffer.mem.map { $0.loadUnaligned(fromByteOffset: 4, as: UInt32.self) } ?? 0 : 0
  }

  /// Whether the kernel gives nodes back, and waits for no answer.
  var isForgetting: Bool { operation == Self.forget || operation == Self.batchForget }

  /// Whether it is the first request of a connection.
  var isInitialization: Bool { operation == Self.initialize }
}
