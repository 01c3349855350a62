/// Whether the asking user's Podman looks into a mount.
struct PodmanStorageCheck {
  static let name = "podman-storage"

  /// The mount point.
  var mount: String
  /// The files that the user's Podman reads, and what they say together.
  var files: [String]
  var configuration: StorageConfiguration
  /// Whether the user's own images were once used with a mount program, which Podman remembers.
  var isMarked: Bool

  var result: CheckResult {
    if let program = configuration.mountProgram {
      return CheckResult(
        Self.name, .warning,
        "mount_program is \(program): every container goes through it instead of overlayfs",
        nextStep: "Take mount_program out of \(place)")
    }
    if isMarked {
      return CheckResult(
        Self.name, .warning,
        "this user's images were once used with a mount_program, and Podman still uses it",
        nextStep: "Remove them with podman system reset, which removes all of this user's images")
    }
    let wanted = "\(mount)/self"
    let found = configuration.additionalStores.contains { Self.isSame($0, wanted) }
    guard found else {
      return CheckResult(
        Self.name, .warning, "Podman is not told of \(wanted) (\(place))",
        nextStep: "As root, run firn podman-config --install; or add \(wanted) to "
          + "additionalimagestores by hand")
    }
    return CheckResult(Self.name, .ok, "Podman looks into \(wanted)")
  }

  private var place: String {
    files.isEmpty ? "it reads no configuration of storage" : files.joined(separator: ", ")
  }

  private static func isSame(_ one: String, _ other: String) -> Bool {
    one.split(separator: "/") == other.split(separator: "/") && one.hasPrefix("/")
  }
}
