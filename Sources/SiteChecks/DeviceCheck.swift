internal import Linux
internal import SystemPackage

/// Whether this user can open /dev/fuse, by which a file system is served.
struct DeviceCheck {
  static let name = "fuse-device"

  /// Why it could not be opened.
  var refusal: Errno?
  var isRoot: Bool

  var result: CheckResult {
    switch refusal {
    case nil: CheckResult(Self.name, .ok, "/dev/fuse can be opened")
    case .noSuchFileOrDirectory, .operationNotSupportedByDevice, .noSuchAddressOrDevice:
      CheckResult(
        Self.name, .problem, "there is no FUSE on this machine", nextStep: "Run modprobe fuse")
    case .permissionDenied where !isRoot, .notPermitted where !isRoot:
      CheckResult(
        Self.name, .note, "only others may open /dev/fuse: root's mounts work, your own would not",
        nextStep: "To mount yourself, have the mode of /dev/fuse made 0666")
    case let error?:
      CheckResult(
        Self.name, .problem, "/dev/fuse cannot be opened: \(error)",
        nextStep: "In a container or job, let the device 10:229 in")
    }
  }
}
