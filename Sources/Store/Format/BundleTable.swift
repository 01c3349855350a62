public import Digests

/// What a start bundle holds and where: the end of its file (firn-store(5), "Start bundles").
public struct BundleTable: Hashable, Sendable {
  /// Pages of files that are compressed together.
  public struct Frame: Hashable, Sendable {
    /// The offset of the stored bytes in the file.
    public var offset: UInt64
    /// How many bytes are stored.
    public var storedSize: UInt32
    /// How many bytes they are decompressed; as many as are stored where they are stored plain.
    public var size: UInt32
    /// The checksum of the stored bytes.
    public var checksum: Checksum
  }

  /// Pages of one file in one frame.
  public struct Entry: Hashable, Sendable {
    /// The pages.
    public var run: PageRun
    /// How many bytes they are: fewer than the pages only at the file's end.
    public var byteCount: UInt32
    /// The index of the frame.
    public var frame: UInt32
    /// Where in the frame's content they begin.
    public var offset: UInt32

    /// Makes an entry.
    public init(run: PageRun, byteCount: UInt32, frame: UInt32, offset: UInt32) {
      self.run = run
      self.byteCount = byteCount
      self.frame = frame
      self.offset = offset
    }

    /// The bytes of the file.
    public var bytes: Range<UInt64> {
      run.bytes.lowerBound..<run.bytes.lowerBound + UInt64(byteCount)
    }
  }

  /// The most content that one frame has.
  public static let largestFrame = 4 << 20
  /// How many frames and entries there are at most.
  static let mostItems = 1 << 20

  /// The image's root identity.
  public var rootIdentity: SHA256Digest
  /// Whether it was made from an exact trace; see ``AccessTrace/isExact``.
  public var isExact: Bool
  /// The frames, one behind the other from the file's header on.
  public var frames: [Frame]
  /// The pages in the order in which they are needed.
  public var entries: [Entry]
  /// The path of each file from the image's root, without a slash at its beginning.
  public var paths: [UInt32: [UInt8]]

  /// Throws when a rule of the format is broken.
  func validate() throws(FormatError) {
    var next = UInt64(TrailedFile.headerSize)
    for frame in frames {
      guard frame.offset == next, frame.storedSize > 0, frame.storedSize <= frame.size,
        frame.size <= Self.largestFrame
      else { throw .invalid("a frame is not where or what it can be") }
      next += UInt64(frame.storedSize)
    }
    for entry in entries {
      let room = UInt64(entry.run.count) * UInt64(PageRun.pageSize)
      guard Int(entry.frame) < frames.count, entry.byteCount > 0, UInt64(entry.byteCount) <= room,
        room - UInt64(entry.byteCount) < UInt64(PageRun.pageSize),
        UInt64(entry.offset) + UInt64(entry.byteCount) <= UInt64(frames[Int(entry.frame)].size)
      else { throw .invalid("pages lie outside their frame") }
    }
  }

  /// Where the frames end.
  var dataEnd: UInt64 {
    frames.last.map { $0.offset + UInt64($0.storedSize) } ?? UInt64(TrailedFile.headerSize)
  }
}
