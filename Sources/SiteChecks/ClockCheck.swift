internal import Store

/// Whether the clocks of this host and of the file system agree well enough.
///
/// Firn compares times of different hosts only with a margin (firn-store(5), "File system").
struct ClockCheck {
  static let name = "clock"
  /// Seconds from which on the difference is worth a word.
  static let noticeable: Int64 = 60

  var store: String
  /// The file system's clock less this host's, in seconds.
  var difference: Int64

  var result: CheckResult {
    let distance = Int64(clamping: difference.magnitude)
    let direction = difference > 0 ? "behind" : "ahead of"
    let text = "this host's clock is \(Quantity.seconds(distance)) \(direction) the file system's"
    if distance > Store.clockMargin {
      return CheckResult(
        Self.name, of: store, .problem,
        "\(text), more than the \(Quantity.seconds(Store.clockMargin)) that Firn allows for",
        nextStep: "Set the clocks of this host and of the file system's servers by NTP")
    }
    if distance > Self.noticeable {
      return CheckResult(
        Self.name, of: store, .warning, text,
        nextStep: "Set the clocks of this host and of the file system's servers by NTP")
    }
    return CheckResult(
      Self.name, of: store, .ok,
      distance < 2 ? "this host's clock agrees with the file system's" : text)
  }
}
