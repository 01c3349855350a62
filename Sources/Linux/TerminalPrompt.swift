internal import Glibc
internal import SystemPackage

/// Asks whoever sits at the process's terminal, wherever its standard streams lead (tty(4)).
public enum TerminalPrompt {
  /// Asks for one line.
  ///
  /// - Returns: The line without its end; nil where the terminal ended instead.
  /// - Throws: `ENXIO` where the process has no terminal.
  public static func line(_ question: String) throws(SystemError) -> String? {
    let terminal = try OwnedDescriptor(opening: "/dev/tty", .readWrite)
    return try ask(question, terminal)
  }

  /// Asks for one line that is not shown while it is typed (termios(3), `ECHO`).
  ///
  /// - Parameter interrupted: Called where a signal comes while the line is typed, after the
  ///   terminal has been made to show what is typed again; it ends the process.
  /// - Returns: The line without its end; nil where the terminal ended instead.
  /// - Throws: `ENXIO` where the process has no terminal.
  public static func secret(
    _ question: String, interrupted: @escaping @Sendable () -> Void
  ) throws(SystemError) -> String? {
    let terminal = try OwnedDescriptor(opening: "/dev/tty", .readWrite)
    let number = terminal.rawValue
    var old = termios()
    _ = try retrying("tcgetattr", "/dev/tty") { tcgetattr(number, &old) }
    let before = old
    let signals = try SignalWaiter(SignalWaiter.Signal.allCases) { _ in
      restore(before, number)
      interrupted()
    }
    defer { withExtendedLifetime(signals) {} }
    var hidden = before
    hidden.c_lflag &= ~tcflag_t(ECHO)
    _ = try retrying("tcsetattr", "/dev/tty") { tcsetattr(number, TCSAFLUSH, &hidden) }
    defer { restore(before, number) }
    return try ask(question, terminal)
  }

  private static func restore(_ settings: termios, _ number: Int32) {
    var settings = settings
    tcsetattr(number, TCSAFLUSH, &settings)
    // The end of the line was not shown either.
    _ = Glibc.write(number, "\n", 1)
  }

  private static func ask(
    _ question: String, _ terminal: borrowing OwnedDescriptor
  ) throws(SystemError) -> String? {
    let text = Array(question.utf8)
    try terminal.writeAll(text.span.bytes)
    let number = terminal.rawValue
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while line.count < 65_536 {
      let count = try retrying("read", "/dev/tty") { Glibc.read(number, &byte, 1) }
      if count == 0 { return nil }
      if byte == UInt8(ascii: "\n") { break }
      line.append(byte)
    }
    return String(decoding: line, as: UTF8.self)
  }
}
