/// Whether the kernel has what containers on a Firn mount need.
struct KernelCheck {
  static let name = "kernel"

  /// A version of Linux.
  struct Version: Comparable {
    var major: Int
    var minor: Int

    init(_ major: Int, _ minor: Int) {
      self.major = major
      self.minor = minor
    }

    /// Reads the beginning of a release such as `6.18.44-cloud`.
    init?(release: String) {
      let parts = release.split(whereSeparator: { !$0.isNumber }).prefix(2).compactMap { Int($0) }
      guard parts.count == 2, release.first?.isNumber == true else { return nil }
      self.init(parts[0], parts[1])
    }

    static func < (left: Version, right: Version) -> Bool {
      (left.major, left.minor) < (right.major, right.minor)
    }
  }

  /// Rootless Podman can use the kernel's overlayfs.
  static let rootlessOverlay = Version(5, 13)
  /// A FUSE server can ask again for the requests that it had not answered (`FUSE_NOTIFY_RESEND`).
  static let resend = Version(6, 9)
  /// A FUSE mount can be cloned with other ids, as rootful Podman's `--userns=auto` wants it.
  static let idmappedFUSE = Version(6, 12)

  /// What /proc/sys/kernel/osrelease says.
  var release: String

  var result: CheckResult {
    guard let version = Version(release: release) else {
      return CheckResult(Self.name, .note, "the release '\(release)' is not understood")
    }
    if version < Self.rootlessOverlay {
      return CheckResult(
        Self.name, .warning,
        "Linux \(release): below 5.13 rootless Podman cannot use overlayfs, unless the "
          + "distribution has added that",
        nextStep: "Use Linux 5.13 or newer, or a distribution's kernel with rootless overlayfs")
    }
    let missing = [
      (Self.resend, "FUSE resend (6.9)"), (Self.idmappedFUSE, "idmapped FUSE (6.12)"),
    ].filter { version < $0.0 }.map(\.1)
    guard missing.isEmpty else {
      return CheckResult(
        Self.name, .note,
        "Linux \(release) has rootless overlayfs, but lacks \(missing.joined(separator: " and "))")
    }
    return CheckResult(
      Self.name, .ok, "Linux \(release) has rootless overlayfs, FUSE resend and idmapped FUSE")
  }
}
