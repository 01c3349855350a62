import Testing

extension PodmanTests {
  /// A store of its own: the test takes its packs away.
  private func separateStore(_ scratch: Scratch, _ podman: PodmanSession) throws -> Firn {
    var firn = try Firn(creating: scratch("store"))
    try firn.importImage("oci:\(fixture.layout.path):latest", as: "debian")
    firn.environment = podman.environment
    return firn
  }

  @Test("what a traced command reads is in the start bundle, and is served without any pack")
  func startBundle() throws {
    let podman = try fixture.session(.rootful)
    let scratch = try Scratch("start", below: "/tmp")
    let firn = try separateStore(scratch, podman)
    let command = ["trace", "--json", "debian", "--", "md5sum", "/usr/bin/bash"]
    let text = try firn.command(command).succeed().line
    let sum = try #require(text.split(separator: " ").first)
    #expect(text.contains("\"bundleBytes\" :") && text.contains("\"leftOutPages\" : 0"))
    try output("mv", scratch("store/packs"), scratch("store/away"))
    try output("mkdir", scratch("store/packs"))
    let served = try ServedMount(firn, at: scratch("mount"))
    let bash = try output("md5sum", "\(served.root("debian"))/usr/bin/bash")
    #expect(bash.hasPrefix(sum))
    let other = try Command(["md5sum", "\(served.root("debian"))/usr/bin/dpkg"]).run()
    #expect(other.status == 1)
    served.end()
    try output("rmdir", scratch("store/packs"))
    try output("mv", scratch("store/away"), scratch("store/packs"))
    // Made again of the trace alone; then there is nothing to make one of.
    #expect(try firn.command("bundle", "debian").succeed().line.hasPrefix("debian: "))
    try firn.command("bundle", "--remove", "debian").succeed()
    let failure = try firn.command("bundle", "debian").run()
    #expect(failure.status == 66 && failure.errors.contains("firn trace debian -- COMMAND"))
  }

  @Test("a traced command that fails leaves nothing")
  func failingTrace() throws {
    let podman = try fixture.session(.rootful)
    let scratch = try Scratch("start", below: "/tmp")
    let firn = try separateStore(scratch, podman)
    // The import may have made a bundle of a guess.
    try firn("bundle", "--remove", "debian")
    let failure = try firn.command("trace", "debian", "--", "false").run()
    #expect(failure.status == 4 && failure.errors.contains("podman ended with status 1"))
    let companions = try output(
      "find", scratch("store/traces"), scratch("store/bundles"), "-type", "f")
    #expect(companions.isEmpty)
    #expect(try output("ls", podman.scratch("work")).isEmpty)
    #expect(try MountTable.below(podman.scratch("work")).isEmpty)
  }
}
