/// Whether a program that acts for users with root's rights is there and has these rights.
struct PrivilegedProgramCheck {
  /// Which program.
  enum Program: String, CaseIterable {
    /// Mounts FUSE file systems for users.
    case fusermount3
    /// Gives a user namespace its users.
    case newuidmap
    /// Gives a user namespace its groups.
    case newgidmap

    fileprivate var package: String { self == .fusermount3 ? "fuse3" : "uidmap" }
    fileprivate var purpose: String {
      self == .fusermount3 ? "users cannot mount" : "rootless Podman has a single id only"
    }
  }

  /// Where a program is, and by what it may do more than who runs it.
  struct Found: Equatable {
    var path: String
    var isSetuidRoot: Bool
    var hasCapabilities: Bool
  }

  var program: Program
  var found: Found?

  var result: CheckResult {
    guard let found else {
      return CheckResult(
        program.rawValue, .warning, "there is no \(program): \(program.purpose)",
        nextStep: "Install it (on Debian the package \(program.package))")
    }
    guard found.isSetuidRoot || found.hasCapabilities else {
      return CheckResult(
        program.rawValue, .warning,
        "\(found.path) is neither set-uid root nor has it capabilities: \(program.purpose)",
        nextStep: "Run chmod u+s \(found.path) as root, or install the package again")
    }
    return CheckResult(
      program.rawValue, .ok,
      "\(found.path) \(found.isSetuidRoot ? "is set-uid root" : "has capabilities")")
  }
}
