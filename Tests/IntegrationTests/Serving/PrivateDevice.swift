import Glibc

/// A /dev/fuse with other permission bits, in a mount namespace of its own: the machine's device,
/// which other tests use, stays as it is.
///
/// What is mounted below ``shared`` in that namespace is seen outside, too.
struct PrivateDevice {
  /// The beginning of a command line that runs the rest with that device.
  let prefix: [String]
  /// A directory whose mounts both sides see.
  let shared: String
  private let mount: Mount

  init(_ scratch: Scratch, mode: mode_t) throws {
    let node = scratch("fuse-\(mode)")
    if !exists(node) { try output("mknod", node, "c", "10", "229") }
    chmod(node, mode)
    shared = try scratch.directory("shared")
    mount = try Mount("--bind", shared, at: shared)
    try output("mount", "--make-shared", shared)
    let script = "mount --make-rprivate /dev; mount --bind \"$0\" /dev/fuse; exec \"$@\""
    prefix = ["unshare", "-m", "--propagation", "unchanged", "sh", "-ec", script, node]
  }
}
