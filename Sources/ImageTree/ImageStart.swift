public import FUSE
public import SquashFS

/// What a node does about the start of an image: it brings what is needed into memory before it is
/// asked for, and remembers what was asked for.
///
/// Called from any number of threads.
public protocol ImageStart: Sendable {
  /// Whether somebody has begun to use the image in a view for whom ``begin(at:)`` was not called
  /// yet, or not for long. Called before each lookup and read, so it must be cheap; of several who
  /// ask at once only one hears true.
  ///
  /// - Parameters:
  ///   - slot: Stands for the view, as in node ids.
  ///   - isRead: Whether content is read.
  ///   - isBrowsable: Whether the place is one for people, who may look at many images without
  ///     starting any.
  func isDue(in slot: UInt16, isRead: Bool, isBrowsable: Bool) -> Bool

  /// Somebody uses the image there; returns at once.
  func begin(at root: ShownRoot)

  /// Bytes of a file, if all of them are at hand or on their way; notes that they were asked for.
  ///
  /// - Parameter range: Within the file.
  func read(_ inode: InodePosition, _ range: Range<UInt64>) -> ReadReply?
}
