internal import Linux

/// Whether there is room for more images.
struct FreeSpaceCheck {
  static let name = "free-space"
  /// Below this many bytes or inodes no import can be expected to succeed.
  static let least = FreeSpace(bytes: 1_000_000_000, inodes: 1000)
  /// Below this many bytes or inodes there may be no room for the next image.
  static let low = FreeSpace(bytes: 20_000_000_000, inodes: 20_000)

  var store: String
  var space: FreeSpace

  var result: CheckResult {
    let inodes = space.inodes == .max ? "" : " and \(space.inodes) inodes"
    let text = Quantity.bytes(space.bytes) + inodes
    if isBelow(Self.least) {
      return CheckResult(
        Self.name, of: store, .problem, "the file system is nearly full: \(text) left",
        nextStep: "Free space or inodes before the next import")
    }
    if isBelow(Self.low) {
      return CheckResult(
        Self.name, of: store, .warning, "the file system is filling up: \(text) left",
        nextStep: "Free space or inodes")
    }
    return CheckResult(Self.name, of: store, .ok, "\(text) left, quotas not counted")
  }

  private func isBelow(_ limit: FreeSpace) -> Bool {
    space.bytes < limit.bytes || space.inodes < limit.inodes
  }
}
