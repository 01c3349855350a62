internal import Linux

/// How long a response asks to wait (RFC 9110, section 10.2.3): seconds, or a date.
enum RetryAfter {
  /// The longest wait that is read out of a field; what is longer is shortened to it.
  private static let longest: Int64 = 86_400

  /// The wait that a field asks for; nil where it cannot be read.
  ///
  /// - Parameters:
  ///   - field: The value of `Retry-After`.
  ///   - date: The value of the response's `Date`: a date is counted from it, so that nothing
  ///     depends on whether the two clocks agree.
  ///   - now: The time here, where the response has no date.
  static func wait(_ field: String?, date: String?, now: Int64) -> Duration? {
    guard let field else { return nil }
    let text = field.split(separator: " ").joined(separator: " ")
    guard !text.isEmpty else { return nil }
    if text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
      // More digits than fit are a very long wait.
      return .seconds(min(Int64(text) ?? longest, longest))
    }
    guard let then = HTTPDate.seconds(text) else { return nil }
    let start = date.flatMap(HTTPDate.seconds) ?? now
    return .seconds(min(max(0, then - start), longest))
  }
}

extension HTTPResponse {
  /// How long the response asks to wait; nil where it does not say.
  var retryAfter: Duration? {
    RetryAfter.wait(
      headers["retry-after"], date: headers["date"], now: WallClock.seconds())
  }
}
