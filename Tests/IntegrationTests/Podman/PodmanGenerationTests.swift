import Testing

extension PodmanTests {
  @Test(
    "containers start while generations come and go", arguments: [PodmanMode.rootful, .subordinate])
  func changingStore(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    for round in 0..<6 {
      try fixture.firn("tag", "team/debian", "team/round-\(round)")
      #expect(try podman.run(image, "echo", "\(round)") == "\(round)")
    }
    let names = (0..<6).map { "team/round-\($0)" }
    try fixture.firn.command(["remove"] + names).succeed()
    let gone = try eventually(within: 15) {
      try !podman.images().contains { $0.Names?.contains { $0.contains("round") } == true }
    }
    #expect(gone)
    #expect(try podman.run(image, "echo", "still here") == "still here")
  }

  @Test("a container outlives its image", arguments: [PodmanMode.rootful, .subordinate])
  func removedImage(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let name = "team/leaving-\(mode)"
    try fixture.firn.importImage("oci:\(Images.layout(.derived)):latest", as: name)
    let appeared = try eventually(within: 15) {
      try podman("image", "exists", "localhost/\(name)").run().status == 0
    }
    #expect(appeared)
    try podman("run", "-d", "--pull=never", "--name", "staying", name, "sleep", "120").succeed()
    defer { _ = try? podman("rm", "-f", "-t", "0", "staying").run() }
    try fixture.firn("remove", name)
    let gone = try eventually(within: 15) {
      try podman("image", "exists", "localhost/\(name)").run().status == 1
    }
    #expect(gone)
    let command = podman(
      "exec", "staying", "sh", "-c", "tail -n 1 /opt/derived; echo >/new; ls /new")
    #expect(try command.succeed().line == "400000\n/new")
    #expect(try podman("ps", "-a", "--format", "{{.Names}}").succeed().line == "staying")
    #expect(try podman.images().contains { $0.Names?.contains(image) == true })
  }

  @Test("two images that Podman would call the same break no command")
  func sameName() throws {
    let podman = try fixture.session(.rootful)
    try fixture.firn.importImage(
      "oci:\(Images.layout(.derived)):latest", as: "localhost/clash:latest")
    // Refused or not: whatever firn allows, Podman must be able to live with.
    _ = try fixture.firn.run("tag", "team/debian", "clash")
    let seen = try eventually(within: 15) {
      try podman("image", "exists", "localhost/clash:latest").run().status == 0
    }
    #expect(seen)
    for words in [["images"], ["run", "--rm", "--pull=never", "localhost/clash:latest", "true"]] {
      #expect(try podman.command(words).run().status == 0, "\(words)")
    }
    #expect(try podman.run(image, "echo", "fine") == "fine")
    for name in ["clash", "localhost/clash:latest"] { _ = try fixture.firn.run("remove", name) }
    let gone = try eventually(within: 15) {
      try podman("image", "exists", "localhost/clash:latest").run().status == 1
    }
    #expect(gone)
  }
}
