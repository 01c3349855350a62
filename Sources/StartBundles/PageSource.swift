public import SystemPackage

/// The files of an image, as a bundle is made of them.
public protocol PageSource {
  /// The size of a regular file in bytes; nil for an inode that is none, or does not exist.
  func size(of inode: UInt32) -> UInt64?

  /// Bytes of a file, all of them within it.
  func bytes(of inode: UInt32, _ range: Range<UInt64>) throws(Errno) -> [UInt8]

  /// A path from the image's root for each of some files, without a slash at its beginning.
  func paths(of inodes: Set<UInt32>) throws(Errno) -> [UInt32: [UInt8]]
}
