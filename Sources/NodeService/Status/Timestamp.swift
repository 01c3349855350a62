internal import FoundationEssentials

/// Times as status shows them.
enum Timestamp {
  /// A number of seconds since the epoch as RFC 3339 has it, in UTC.
  static func text(_ seconds: Int64) -> String {
    Date(timeIntervalSince1970: Double(seconds)).formatted(.iso8601)
  }
}
