/// Memory that libsquashfs takes for one of its objects, whose functions are written in Swift.
///
/// The C structure comes first, as a reference to the Swift object behind it follows. The C side
/// gets the pointer only while somebody who owns this value calls it.
struct CallbackObject<Object, Context: AnyObject>: ~Copyable {
  /// The C structure; all its bytes are zero at first.
  let pointer: UnsafeMutablePointer<Object>

  private static var contextOffset: Int {
    let alignment = MemoryLayout<UnsafeRawPointer>.alignment
    return (MemoryLayout<Object>.size + alignment - 1) / alignment * alignment
  }

  /// Makes an object that keeps `context` alive.
  init(context: Context) {
    let count = Self.contextOffset + MemoryLayout<UnsafeRawPointer>.size
    let memory = UnsafeMutableRawPointer.allocate(
      byteCount: count, alignment: max(16, MemoryLayout<Object>.alignment))
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: count)
    memory.storeBytes(
      of: Unmanaged.passRetained(context).toOpaque(), toByteOffset: Self.contextOffset,
      as: UnsafeMutableRawPointer.self)
    pointer = memory.bindMemory(to: Object.self, capacity: 1)
  }

  /// The Swift object behind a pointer that a function of the C structure was called with.
  static func context(_ pointer: UnsafeRawPointer?) -> Context? {
    guard let pointer else { return nil }
    let opaque = pointer.load(fromByteOffset: contextOffset, as: UnsafeRawPointer.self)
    return Unmanaged<Context>.fromOpaque(opaque).takeUnretainedValue()
  }

  deinit {
    let memory = UnsafeMutableRawPointer(pointer)
    let opaque = memory.load(fromByteOffset: Self.contextOffset, as: UnsafeRawPointer.self)
    Unmanaged<Context>.fromOpaque(opaque).release()
    memory.deallocate()
  }
}
