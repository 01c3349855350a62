/// Whole pages of a regular file, one after the other: what access traces and start bundles are
/// made of.
public struct PageRun: Hashable, Sendable {
  /// The size of a page in bytes, whatever the node's kernel uses.
  public static let pageSize = 4096

  /// The file: its inode's offset in the decompressed inode table of the root blob.
  public var inode: UInt32
  /// The first page.
  public var first: UInt32
  /// How many pages, at least one.
  public var count: UInt32

  /// Makes a run.
  public init(inode: UInt32, first: UInt32, count: UInt32) {
    self.inode = inode
    self.first = first
    self.count = count
  }

  /// The pages.
  public var pages: Range<UInt64> { UInt64(first)..<UInt64(first) + UInt64(count) }

  /// The pages as bytes of the file.
  public var bytes: Range<UInt64> {
    let size = UInt64(Self.pageSize)
    return pages.lowerBound * size..<pages.upperBound * size
  }
}

extension PageRun {
  static let byteCount = 12

  func append(to writer: inout ByteWriter) {
    writer.append(inode)
    writer.append(first)
    writer.append(count)
  }

  init(reading reader: inout ByteReader) throws(FormatError) {
    inode = try reader.integer(UInt32.self)
    first = try reader.integer(UInt32.self)
    count = try reader.integer(UInt32.self)
    guard count > 0, pages.upperBound <= UInt64(UInt32.max) else {
      throw .invalid("a run of pages is empty or ends nowhere")
    }
  }
}
