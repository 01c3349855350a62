/// Whether there is a Podman that Firn is tested with.
struct PodmanCheck {
  static let name = "podman"
  /// The oldest major version that has been tried.
  static let oldest = 4

  /// What `podman --version` says; nil without Podman.
  var version: String?

  var result: CheckResult {
    guard let version else {
      return CheckResult(
        Self.name, .warning, "there is no Podman on this machine",
        nextStep: "Install Podman 4.3 or newer where containers are to run")
    }
    guard let major = version.split(separator: ".").first.flatMap({ Int($0) }) else {
      return CheckResult(Self.name, .note, "the version '\(version)' is not understood")
    }
    if major < Self.oldest {
      return CheckResult(
        Self.name, .warning, "Podman \(version) is older than what Firn is tested with",
        nextStep: "Use Podman 4.3 or newer")
    }
    return CheckResult(Self.name, .ok, "Podman \(version)")
  }
}

/// Whether Podman finds a program that runs containers.
struct RuntimeCheck {
  static let name = "runtime"

  /// The first of crun and runc that is found.
  var runtime: String?
  /// Where conmon is.
  var monitor: String?

  var result: CheckResult {
    let missing = [
      runtime == nil ? "crun or runc" : nil, monitor == nil ? "conmon" : nil,
    ].compactMap { $0 }
    if let runtime, missing.isEmpty { return CheckResult(Self.name, .ok, runtime) }
    return CheckResult(
      Self.name, .problem, "Podman needs \(missing.joined(separator: " and ")) to run containers",
      nextStep: "Install \(missing.joined(separator: " and "))")
  }
}
