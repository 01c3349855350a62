import Glibc
import Testing

/// What each user sees of root's mount, and the mounts of ordinary users.
@Suite("Users", .serialized, .tags(.root, .fuse), .needs(.firn, .root, .fuse, .users))
struct UserTests {
  let scratch: Scratch
  let firn: Firn
  let (alice, bob): (TestUser, TestUser)

  init() throws {
    scratch = try Scratch("users")
    firn = try Firn(creating: scratch("store"))
    let small = try CleanStore(scratch).small
    try firn.importImage("oci:\(small):latest", as: "small")
    alice = try TestUser(subordinateIDs: true)
    bob = try TestUser(subordinateIDs: false)
  }

  private func run(_ user: TestUser, _ arguments: String...) throws -> Command.Outcome {
    var command = Command(arguments)
    command.user = user
    command.timeout = 30
    return try command.run()
  }

  @Test("self leads each user to a view that nobody else may enter")
  func views() throws {
    let served = try ServedMount(firn, at: scratch("mount"))
    for user in [alice, bob, alice] {
      let target = try run(user, "readlink", "\(served.point)/self").line
      #expect(target == "views/\(user.uid)")
    }
    #expect(try output("readlink", "\(served.point)/self") == "views/0")
    for (user, other) in [(alice, bob), (bob, alice)] {
      let own = "\(served.point)/views/\(user.uid)"
      #expect(try run(user, "stat", "-c", "%u %g %a", own).line == "\(user.uid) \(user.gid) 700")
      #expect(try run(user, "cat", "\(own)/overlay-images/images.json").status == 0)
      let refused = try run(other, "ls", own)
      #expect(refused.status != 0 && refused.errors.contains("Permission denied"), "\(refused)")
      let deep = try run(other, "cat", "\(own)/overlay-images/images.json")
      #expect(deep.status != 0 && deep.errors.contains("Permission denied"), "\(deep)")
    }
  }

  @Test("a user serves a store for themselves and ends it", arguments: ["unmount", "signal"])
  func ownServer(end: String) throws {
    let device = try PrivateDevice(scratch, mode: 0o666)
    let point = device.shared + "/mount"
    let served = try ServedMount(firn.by(alice), at: point, through: device.prefix)
    #expect(try run(alice, "cat", "\(served.root("small"))/etc/motd").text == "hello\n")
    #expect(try run(alice, "readlink", "\(point)/self").line == "views/\(alice.uid)")
    #expect(try run(alice, "test", "-r", "\(point)/self/overlay-images/images.json").status == 0)
    #expect(try run(bob, "ls", point).status != 0)
    #expect(ProcessTable.naming(point).allSatisfy { owner(of: $0) == alice.uid })
    if end == "unmount" {
      let unmount = try firn.by(alice).command("unmount", point)
      try Command(device.prefix + unmount.words).succeed()
      #expect(try served.endsUnmounted())
    } else {
      #expect(served.end(within: 10))
    }
  }

  @Test("one image is mounted and unmounted by root, and seen by all")
  func mountAsRoot() throws {
    let point = try scratch.directory("image")
    try firn("mount", "small", point)
    #expect(try readText("\(point)/etc/motd") == "hello\n")
    #expect(try run(bob, "cat", "\(point)/etc/motd").text == "hello\n")
    #expect(try MountTable.below(point).map(\.type).allSatisfy { $0.hasPrefix("fuse") })
    try firn("unmount", point)
    #expect(try MountTable.below(point).isEmpty)
    #expect(
      eventually(within: 10) { ProcessTable.naming(point).isEmpty || MountTable.isKept(point) })
  }

  @Test("one image is mounted and unmounted by a user, for that user")
  func mountAsUser() throws {
    let device = try PrivateDevice(scratch, mode: 0o666)
    let point = device.shared + "/image"
    try output("mkdir", point)
    chown(point, bob.uid, bob.gid)
    let firn = firn.by(bob)
    try Command(device.prefix + firn.command("mount", "small", point).words).succeed()
    #expect(try run(bob, "cat", "\(point)/etc/motd").text == "hello\n")
    #expect(try run(alice, "cat", "\(point)/etc/motd").status != 0)
    try Command(device.prefix + firn.command("unmount", point).words).succeed()
    #expect(try MountTable.below(point).isEmpty)
    #expect(
      eventually(within: 10) { ProcessTable.naming(point).isEmpty || MountTable.isKept(point) })
  }

  private func owner(of process: pid_t) -> uid_t? {
    var status = stat()
    return stat("/proc/\(process)", &status) == 0 ? status.st_uid : nil
  }
}
