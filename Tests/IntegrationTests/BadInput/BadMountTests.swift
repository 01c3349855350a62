import Glibc
import Testing

/// Mount points and machines that cannot be used.
@Suite("Bad mounts", .tags(.root, .fuse), .needs(.firn, .root, .fuse))
struct BadMountTests {
  let scratch: Scratch
  let firn: Firn

  init() throws {
    scratch = try Scratch("bad-mount")
    firn = try Firn(creating: scratch("store"))
    try firn.importImage("oci:\(CleanStore(scratch).small):latest", as: "small")
  }

  private func words(_ command: String, at point: String) -> [String] {
    command == "serve" ? ["serve", point] : ["mount", "small", point]
  }

  @Test("a mount point that is not there is refused", arguments: ["serve", "mount"])
  func missing(command: String) throws {
    let outcome = try firn.command(words(command, at: scratch("nowhere"))).run()
    outcome.expectFailure(73, mentions: scratch("nowhere"), "mkdir")
    #expect(!exists(scratch("nowhere")))
    #expect(ProcessTable.naming(scratch("nowhere")).isEmpty)
  }

  @Test("a mount point that is a file is refused", arguments: ["serve", "mount"])
  func file(command: String) throws {
    let path = try scratch.file("file", "")
    try firn.command(words(command, at: path)).run().expectFailure(73, mentions: path)
  }

  @Test("a mount point in use is refused, and stays as it was", arguments: ["serve", "mount"])
  func inUse(command: String) throws {
    let served = try ServedMount(firn, at: scratch("mount"))
    let processes = served.processes
    let outcome = try firn.command(words(command, at: served.point)).run()
    outcome.expectFailure(73, mentions: served.point)
    #expect(try MountTable.below(served.point).count == 1)
    #expect(served.processes == processes)
    #expect(try readText("\(served.root("small"))/etc/motd") == "hello\n")
  }

  @Test("without /dev/fuse the machine is said to lack FUSE", arguments: ["serve", "mount"])
  func noDevice(command: String) throws {
    let point = try scratch.directory("mount")
    var run = try firn.command(words(command, at: point))
    let hide = "mount -t tmpfs none /dev; mknod -m 666 /dev/null c 1 3; exec \"$@\""
    run.arguments = ["unshare", "-m", "sh", "-ec", hide, "sh"] + run.arguments
    run.timeout = 30
    try run.run().expectFailure(71, mentions: "FUSE")
    #expect(try MountTable.below(point).isEmpty)
    #expect(ProcessTable.naming(point).isEmpty)
  }

  @Test("a user who may not use /dev/fuse is told so", .needs(.users))
  func deviceRefused() throws {
    let user = try TestUser(subordinateIDs: false)
    let point = try scratch.directory("mount", owner: user)
    let run = try firn.by(user).command("mount", "small", point)
    let device = try PrivateDevice(scratch, mode: 0o600)
    let outcome = try Command(device.prefix + run.words).run()
    outcome.expectFailure(71, mentions: "/dev/fuse")
    #expect(try MountTable.below(point).isEmpty)
  }

  @Test("a directory where nothing is mounted cannot be unmounted")
  func unmountNothing() throws {
    let point = try scratch.directory("mount")
    try firn.run("unmount", point).expectFailure(73, mentions: point)
    try firn.run("unmount", scratch("nowhere")).expectFailure(73, mentions: scratch("nowhere"))
  }

  @Test("a mount that is not ours is not unmounted")
  func unmountOthers() throws {
    let other = try Mount("-t", "tmpfs", "none", at: scratch("other"))
    try firn.run("unmount", other.point).expectFailure(73, mentions: other.point)
    #expect(try MountTable.below(other.point).count == 1)
  }

  @Test(
    "a file that is no SquashFS image is refused", arguments: ["", "hsqs", "#!/bin/sh\nexit\n"])
  func noSquashFS(text: String) throws {
    let file = try scratch.file("file.squashfs", text)
    let point = try scratch.directory("mount")
    try firn.run("mount", file, point).expectFailure(65, mentions: file)
    #expect(try MountTable.below(point).isEmpty)
  }
}
