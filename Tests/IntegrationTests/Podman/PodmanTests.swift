import Testing

/// Debian's Podman, unmodified, with a served store as its additional image store.
@Suite(
  "Podman", .serialized, .tags(.root, .fuse, .podman),
  .needs(.firn, .root, .fuse, .images, .podman, .users), .fixture(PodmanFixture.self))
struct PodmanTests {
  let fixture: PodmanFixture
  let image = PodmanFixture.image

  init() throws { fixture = try PodmanFixture.shared }

  @Test(
    "a container runs on the kernel's overlay, with no mount per image and nothing copied",
    arguments: PodmanMode.allCases)
  func run(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let text = try podman.run(
      image, "sh", "-c", "id -u; cat /etc/debian_version; grep ' / / ' /proc/self/mountinfo")
    let lines = text.split(separator: "\n").map(String.init)
    #expect(lines.first == "0")
    #expect(lines.dropFirst().first?.hasPrefix("12") == true)
    #expect(lines.last?.contains(" - overlay ") == true, "\(text)")
    #expect(try MountTable.below(fixture.served.point).map(\.point) == [fixture.served.point])
    #expect(try podman.storageBytes() < 5_000_000)
    let marker = podman.scratch("graph/overlay/.has-mount-program")
    #expect(try !exists(marker) || readText(marker) == "false")
  }

  @Test("the image is listed, read-only, by its own id", arguments: PodmanMode.allCases)
  func images(mode: PodmanMode) throws {
    let images = try fixture.session(mode).images().filter { $0.Names?.contains(image) == true }
    // Podman lists an image once for each of its names.
    #expect(Set(images.map(\.Id)) == [fixture.id])
    #expect(images.first?.ReadOnly == true)
  }

  @Test("inspect shows the original id, digest and configuration", arguments: PodmanMode.allCases)
  func inspect(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    func field(_ format: String) throws -> String {
      try podman("image", "inspect", "--format", format, image).succeed().line
    }
    #expect(try field("{{.Id}}") == fixture.id)
    #expect(try field("{{.RepoDigests}}").contains(fixture.layout.digest))
    #expect(try field("{{.Config.Cmd}}") == "[bash]")
    #expect(try field("{{.Config.Env}}").contains("PATH=/usr/local/sbin:"))
    #expect(try field("{{.Os}}") == "linux")
    #expect(try field("{{len .RootFS.Layers}}") == "1")
    #expect(try podman("history", image).run().status == 0)
  }

  @Test(
    "the image is found by original digest, short id, id and short name",
    arguments: PodmanMode.allCases)
  func references(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let references = [
      "localhost/team/debian@\(fixture.layout.digest)", fixture.id, String(fixture.id.prefix(12)),
      "team/debian", "localhost/team/debian",
    ]
    for reference in references {
      #expect(try podman.run(reference, "echo", "found") == "found", "\(reference)")
    }
    let unknown = try podman("run", "--rm", "--pull=never", "localhost/team/none", "true").run()
    #expect(unknown.status == 125)
  }

  @Test("build starts from the image, and the result runs", arguments: PodmanMode.allCases)
  func build(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let context = try podman.scratch.directory("context", owner: podman.user)
    try writeFile(
      "\(context)/Containerfile",
      Array("FROM team/debian\nRUN echo built >/built && rm /opt/app/numbers\n".utf8))
    try podman("build", "--pull-never", "--network=host", "-t", "localhost/built", context)
      .succeed()
    let text = try podman.run(
      "localhost/built", "sh", "-c", "cat /built; ls /opt/app; wc -c </etc/passwd")
    #expect(text.hasPrefix("built\n"))
    #expect(!text.split(separator: "\n").contains("numbers"))
    #expect(text.split(separator: "\n").contains("numbers-link"))
    try podman("rmi", "-f", "localhost/built").succeed()
  }

  @Test("files of all owners, modes and kinds are as in the image", arguments: PodmanMode.allCases)
  func files(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let text = try podman.run(
      image, "sh", "-c",
      """
      stat -c '%n %u:%g %a %s' /opt/app /opt/app/set-id /opt/app/sticky /etc/shadow /usr/bin/su
      stat -c %h /opt/app/numbers; cat /opt/app/ünïcode/数据/naïve*; ls /opt/app/opaque
      test ! -e /usr/share/man && test ! -e /usr/bin/perl && md5sum </opt/app/numbers
      """)
    // One id is all that a user without subordinate ids has.
    let owner = { (uid: Int, gid: Int) in mode == .single ? "0:0" : "\(uid):\(gid)" }
    let tree = try Tree(Images.unpacked(.debian), readers: 1)
    let stats = try ["opt/app", "opt/app/set-id", "opt/app/sticky", "etc/shadow", "usr/bin/su"]
      .map { path in
        let entry = try #require(tree[path])
        return "/\(path) \(owner(Int(entry.uid), Int(entry.gid))) \(String(entry.mode, radix: 8)) "
      }
    let lines = text.split(separator: "\n").map(String.init)
    try #require(lines.count == 9, "\(text)")
    for (line, start) in zip(lines, stats) { #expect(line.hasPrefix(start), "\(line)") }
    let sum = try shell("md5sum <\"$1\"", Images.unpacked(.debian) + "/opt/app/numbers")
    #expect(Array(lines[5...]) == ["2", "héllo", "new", sum])
  }

  @Test("the file capability of a program is in force", arguments: PodmanMode.allCases)
  func capability(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    // Without the privileges that root's id alone gives, a program has those of its file.
    func effective(_ program: String) throws -> UInt64 {
      let text = try podman.run(
        image, "setpriv", "--securebits", "+noroot", "--inh-caps=-all", program,
        "/proc/self/status", options: ["--cap-add=net_raw,setpcap"])
      let line = text.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
      return try #require(line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) })
    }
    #expect(try effective("/opt/app/cap-raw") == 1 << 13)
    #expect(try effective("/bin/cat") == 0)
  }

  @Test(
    "an ordinary user in a container has a program's file capability",
    arguments: [PodmanMode.rootful, .subordinate])
  func capabilityOfUser(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let text = try podman.run(
      image, "/opt/app/cap-raw", "/proc/self/status",
      options: ["--cap-add=net_raw", "--user=1000:1000"])
    #expect(text.contains("CapEff:\t0000000000002000"))
    #expect(text.contains("Uid:\t1000"))
  }
}
