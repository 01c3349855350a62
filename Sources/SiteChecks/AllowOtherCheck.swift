/// Whether users may let others into their mounts (fuse(4), /etc/fuse.conf).
struct AllowOtherCheck {
  static let name = "user-allow-other"

  /// The text of /etc/fuse.conf; nil when there is none.
  var configuration: String?

  var result: CheckResult {
    let lines = (configuration ?? "").split(separator: "\n").map {
      $0.prefix { $0 != "#" }.filter { !$0.isWhitespace }
    }
    guard lines.contains("user_allow_other") else {
      return CheckResult(
        Self.name, .note,
        "/etc/fuse.conf has no user_allow_other: --allow-other is root's, whose mounts need it not")
    }
    return CheckResult(Self.name, .ok, "users may let others into their mounts")
  }
}
