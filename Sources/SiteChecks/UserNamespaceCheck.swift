/// Whether users may make user namespaces, which rootless Podman needs (user_namespaces(7)).
struct UserNamespaceCheck {
  static let name = "user-namespaces"

  /// /proc/sys/user/max_user_namespaces; nil where the kernel has no such file.
  var limit: UInt64?
  /// /proc/sys/kernel/unprivileged_userns_clone, which some distributions have.
  var mayClone: Bool?
  /// /proc/sys/kernel/apparmor_restrict_unprivileged_userns, which Ubuntu has.
  var isRestricted: Bool?

  var result: CheckResult {
    if limit == 0 {
      return make(
        .problem, "user namespaces are turned off: rootless Podman cannot run",
        "Set the sysctl user.max_user_namespaces to 65536")
    }
    guard limit != nil else {
      return make(
        .problem, "the kernel has no user namespaces: rootless Podman cannot run",
        "Use a kernel with CONFIG_USER_NS")
    }
    if mayClone == false {
      return make(
        .problem, "only root may make user namespaces: rootless Podman cannot run",
        "Set the sysctl kernel.unprivileged_userns_clone to 1")
    }
    if isRestricted == true {
      return make(
        .note, "AppArmor lets only programs with a profile make user namespaces; Podman has one",
        nil)
    }
    return make(.ok, "every user may make them", nil)
  }

  private func make(
    _ outcome: CheckOutcome, _ sentence: String, _ nextStep: String?
  ) -> CheckResult {
    CheckResult(Self.name, outcome, sentence, nextStep: nextStep)
  }
}
