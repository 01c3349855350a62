internal import Glibc

/// How much room a terminal has (ioctl_tty(2), `TIOCGWINSZ`).
public struct TerminalSize: Hashable, Sendable {
  /// Characters in a line.
  public var columns: Int
  /// Lines.
  public var rows: Int

  /// Makes a value.
  public init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
  }

  /// Asks the terminal behind a stream; nil where there is none, or it does not know.
  public init?(of stream: StandardStream) { self.init(descriptor: stream.rawValue) }

  init?(descriptor: Int32) {
    var size = winsize()
    let result = withUnsafeMutablePointer(to: &size) {
      ioctl(descriptor, UInt(TIOCGWINSZ), UnsafeMutableRawPointer($0))
    }
    guard result == 0, size.ws_col > 0, size.ws_row > 0 else { return nil }
    self.init(columns: Int(size.ws_col), rows: Int(size.ws_row))
  }
}
