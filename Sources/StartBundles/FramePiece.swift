/// Bytes of a frame of a start bundle.
public struct FramePiece: Hashable, Sendable {
  /// The index of the frame.
  public var frame: Int
  /// Which bytes of its content.
  public var range: Range<Int>
}
