import Glibc
import Testing

/// Something a test needs of the machine it runs on.
enum Need: String, Sendable, CaseIterable {
  case firn, root, fuse, images, registry, umoci, squashfsTools, loopMounts, podman, users

  /// Why the need is not met, or nil when it is.
  var missing: String? {
    switch self {
    case .firn:
      Firn.sourceBinary == nil ? "build firn and name it in FIRN_BINARY" : nil
    case .root: geteuid() == 0 ? nil : "run the tests as root"
    case .fuse: access("/dev/fuse", F_OK) == 0 ? nil : "there is no /dev/fuse"
    case .images: Images.missing ?? Self.programs("umoci")
    case .registry: Self.programs("docker-registry", "skopeo", "openssl", "htpasswd")
    case .umoci: Self.programs("umoci")
    case .squashfsTools:
      Self.programs("mksquashfs", "unsquashfs", "gensquashfs", "sqfs2tar", "setfattr", "setcap")
    case .loopMounts: access("/dev/loop-control", F_OK) == 0 ? nil : "there are no loop devices"
    case .podman: Self.programs("podman", "runc", "skopeo", "newuidmap")
    case .users: Self.programs("useradd", "usermod", "userdel", "setpriv")
    }
  }

  private static func programs(_ names: String...) -> String? {
    let missing = names.filter { find($0) == nil }
    return missing.isEmpty ? nil : "install \(missing.joined(separator: ", "))"
  }

  /// The path of a program in PATH.
  static func find(_ name: String) -> String? {
    let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
    return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
  }

  /// Whether a missing need fails a test instead of skipping it: FIRN_TEST_REQUIRE_ALL=1.
  static let allAreRequired = getenv("FIRN_TEST_REQUIRE_ALL").map { String(cString: $0) } == "1"
}

/// A need that is not met, where all are required.
struct MissingNeed: Error, CustomStringConvertible {
  var description: String
}

/// Skips tests whose needs are not met, or fails them where all needs must be met.
struct Needs: TestTrait, SuiteTrait {
  var needs: [Need]
  var isRecursive: Bool { true }

  func prepare(for test: Test) async throws {
    let reasons = needs.compactMap { need in need.missing.map { "\(need.rawValue): \($0)" } }
    if reasons.isEmpty { return }
    let text = "\(test.name) needs \(reasons.joined(separator: "; "))"
    if Need.allAreRequired { throw MissingNeed(description: text) }
    try await ConditionTrait.disabled("\(text)").prepare(for: test)
  }
}

extension Trait where Self == Needs {
  /// The needs of a test or of all tests in a suite.
  static func needs(_ needs: Need...) -> Self { Needs(needs: needs) }
}

extension Tag {
  @Tag static var registry: Self
  @Tag static var fuse: Self
  @Tag static var podman: Self
  @Tag static var root: Self
}
