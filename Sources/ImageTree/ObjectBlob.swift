internal import SquashFS
internal import Store

/// The metadata of an image object as a root blob without its data area.
struct ObjectBlob: Blob {
  private let head: [UInt8]
  private let tail: [UInt8]
  private let dataEnd: UInt64

  let size: UInt64

  init(_ object: ImageObject) {
    head = object.head
    tail = object.tail
    dataEnd = object.dataEnd
    size = object.rootBlobSize
  }

  /// Reads metadata; the data area is not here, and a volume never asks for it.
  func read(at offset: UInt64, into buffer: inout MutableRawSpan) throws(SquashFSError) {
    let count = UInt64(buffer.byteCount)
    if offset + count <= UInt64(head.count) {
      copy(head, from: Int(offset), into: &buffer)
    } else if offset >= dataEnd, offset - dataEnd + count <= UInt64(tail.count) {
      copy(tail, from: Int(offset - dataEnd), into: &buffer)
    } else {
      throw .truncated(needed: offset + count, available: size)
    }
  }

  private func copy(_ bytes: [UInt8], from start: Int, into buffer: inout MutableRawSpan) {
    buffer.withUnsafeMutableBytes { target in
      bytes.withUnsafeBytes {
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[start..<start + target.count]))
      }
    }
  }
}
