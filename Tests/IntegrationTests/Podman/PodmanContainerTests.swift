import Testing

extension PodmanTests {
  @Test("what a container writes stays in the container", arguments: PodmanMode.allCases)
  func writes(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let script = """
      echo more >>/opt/app/numbers; echo new >/new; rm /opt/app/zero-length; rm -r /usr/share/doc
      mv /opt/app/opaque /opt/app/moved; chmod 700 /opt/app/sticky; ln -s x /link; sync
      tail -n 1 /opt/app/numbers; ls /opt/app/moved; chown 0:0 /etc/shells; echo done
      """
    let text = try podman(
      "run", "--name", "writer", "--pull=never", image, "sh", "-euc", script
    ).succeed().line
    #expect(text == "more\nnew\ndone")
    let changes = try podman("diff", "writer").succeed().text.split(separator: "\n")
    for change in ["C /opt/app/numbers", "A /new", "D /opt/app/zero-length", "A /link"] {
      #expect(changes.contains(Substring(change)), "no '\(change)' in \(changes)")
    }
    try podman("rm", "writer").succeed()
    let after = try podman.run(
      image, "sh", "-c",
      "wc -l </opt/app/numbers; ls /opt/app/opaque; ls -d /usr/share/doc; test ! -e /new")
    #expect(after == "200000\nnew\n/usr/share/doc")
  }

  @Test(
    "two containers of one image run at once and do not see each other",
    arguments: PodmanMode.allCases)
  func twoContainers(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let names = ["first", "second"]
    for name in names {
      try podman("run", "-d", "--pull=never", "--name", name, image, "sleep", "120").succeed()
    }
    defer { _ = try? podman("rm", "-f", "-t", "0", "first", "second").run() }
    for name in names { try podman("exec", name, "sh", "-c", "echo \(name) >/who").succeed() }
    for name in names { #expect(try podman("exec", name, "cat", "/who").succeed().line == name) }
    #expect(
      try podman("ps", "--format", "{{.Names}}").succeed().line.split(separator: "\n").count == 2)
    let sums = try names.map {
      try podman("exec", $0, "sh", "-c", "cat /usr/bin/* | md5sum").succeed().line
    }
    #expect(Set(sums).count == 1)
  }

  @Test("keep-id starts at once and copies nothing")
  func keepID() throws {
    let podman = try fixture.session(.subordinate)
    let user = try #require(podman.user)
    _ = try podman.run(image, "true")
    let before = try podman.storageBytes()
    let command = podman(
      "run", "--name", "keeper", "--pull=never", "--userns=keep-id", image, "sh", "-c",
      "id -u; stat -c '%u:%g' /etc/passwd /opt/app; touch /tmp/mine && stat -c %u /tmp/mine")
    let outcome = try command.succeed()
    #expect(outcome.line == "\(user.uid)\n0:0\n1000:1000\n\(user.uid)")
    #expect(outcome.seconds < 10, "it took \(outcome.seconds) s")
    let growth = try podman.storageBytes() - before
    #expect(growth < 2_000_000, "the user's storage grew by \(growth) bytes")
    try podman("rm", "keeper").succeed()
  }

  @Test("a keep-id user may neither write nor read what is root's alone")
  func keepIDWrites() throws {
    let podman = try fixture.session(.subordinate)
    let text = try podman.run(
      image, "sh", "-c", "echo x >/root/x || echo refused; cat /etc/shadow || echo secret",
      options: ["--userns=keep-id"])
    #expect(text.split(separator: "\n").filter { $0 == "refused" || $0 == "secret" }.count == 2)
  }

  @Test(
    "an image loaded beside it that has the same layers is whole",
    arguments: [PodmanMode.rootful, .subordinate])
  func neighbour(mode: PodmanMode) throws {
    let podman = try fixture.session(mode)
    let count = "find / -xdev | grep -v -e ^/proc -e ^/sys -e ^/dev -e ^/run | sort | md5sum"
    let archive = try Images.archive(.debian, "docker-archive")
    try podman("load", "-q", "-i", archive).succeed()
    defer { _ = try? podman("rmi", "-f", "example.org/debian:1").run() }
    let loaded = try podman.run("example.org/debian:1", "sh", "-c", count)
    #expect(try podman.run(image, "sh", "-c", count) == loaded)
    let sums = "cd /usr/bin && md5sum * | md5sum"
    #expect(
      try podman.run("example.org/debian:1", "sh", "-c", sums)
        == podman.run(image, "sh", "-c", sums))
    let own = try podman.images().filter { $0.Names?.contains("example.org/debian:1") == true }
    #expect(own.count == 1)
  }

  @Test("a view shows the image's tree with the owners of the user's namespace")
  func viewTree() throws {
    let user = try #require(fixture.session(.subordinate).user)
    let (firstUser, firstGroup) = try #require(user.firstSubordinates)
    let view = "\(fixture.served.point)/views/\(user.uid)"
    let expected = try Tree(Images.unpacked(.debian))
    let trees = try list("\(view)/overlay").filter { $0 != "l" }.map { layer in
      try Tree("\(view)/overlay/\(layer)/diff")
    }
    #expect(trees.count == 2)
    let plain = { (own: UInt32, first: UInt32) in
      { (id: UInt32) in id == 0 ? own : first + id - 1 }
    }
    let keepID = { (own: UInt32, first: UInt32) in
      { (id: UInt32) in id == own ? id : id < own ? first + id : first + id - 1 }
    }
    let shifted = { (mapping: (UInt32, UInt32) -> (UInt32) -> UInt32) in
      expected.shifted(
        uids: mapping(user.uid, firstUser), gids: mapping(user.gid, firstGroup))
    }
    let isPlain = { (tree: Tree) in tree.entries.first?.uid == user.uid }
    expectSame(try #require(trees.first(where: isPlain)), shifted(plain))
    expectSame(try #require(trees.first { !isPlain($0) }), shifted(keepID))
  }

  @Test("a view of a user with one id shows everything as that user's")
  func squashedTree() throws {
    let user = try #require(fixture.session(.single).user)
    let view = "\(fixture.served.point)/views/\(user.uid)"
    let layers = try list("\(view)/overlay").filter { $0 != "l" }
    let tree = try Tree("\(view)/overlay/\(#require(layers.first))/diff")
    let expected = try Tree(Images.unpacked(.debian))
    expectSame(tree, expected.shifted(uids: { _ in user.uid }, gids: { _ in user.gid }))
  }

  @Test("the files that podman-config installs are enough for root and for a user")
  func installedConfiguration() throws {
    let user = try #require(fixture.session(.subordinate).user)
    let scratch = try Scratch("i", below: "/tmp")
    // In a mount namespace of its own, so that the machine's files stay as they are.
    let script = """
      mount -t tmpfs -o mode=755 none /var/lib/containers
      cp -a /etc/containers "$3/etc"; mount -t tmpfs -o mode=755 none /etc/containers
      cp -a "$3/etc/." /etc/containers/; mkdir -p /run/containers
      mount -t tmpfs -o mode=755 none /run/containers; mkdir -p /run/libpod
      mount -t tmpfs none /run/libpod; cp "$4" /etc/containers/containers.conf
      "$1" podman-config --install --mount "$2" >&2
      podman run --rm --pull=never localhost/team/debian:latest echo root
      cp "$6" /etc/containers/containers.conf
      cd /
      setpriv --reuid "$5" --regid "$9" --init-groups env HOME="$7" TMPDIR="$7" XDG_RUNTIME_DIR="$8" \
        podman run --rm --pull=never localhost/team/debian:latest echo user
      kill $(cat "$8/libpod/tmp/pause.pid")
      """
    let runtime = try scratch.directory("xdg", mode: 0o700, owner: user)
    var command = Command(
      "unshare", "-m", "sh", "-euc", script, "sh", try Firn.binary.value, fixture.served.point,
      scratch.path, try fixture.session(.rootful).scratch("containers.conf"), "\(user.uid)",
      try fixture.session(.subordinate).scratch("containers.conf"), user.home, runtime,
      "\(user.gid)")
    command.environment = [
      "CONTAINERS_STORAGE_CONF": nil, "CONTAINERS_CONF": nil, "CONTAINERS_REGISTRIES_CONF": nil,
      "DBUS_SESSION_BUS_ADDRESS": nil, "TMPDIR": try scratch.directory("tmp", mode: 0o1777),
    ]
    try output("mkdir", "-p", "/var/lib/containers")
    #expect(try command.succeed().line == "root\nuser")
  }
}

extension Tree {
  /// The tree as a rootless view shows it: other owners, no device nodes, capabilities that belong
  /// to the namespace.
  func shifted(uids: (UInt32) -> UInt32, gids: (UInt32) -> UInt32) -> Tree {
    map { entry in
      if entry.kind == .characterDevice || entry.kind == .blockDevice { return nil }
      var entry = entry
      (entry.uid, entry.gid) = (uids(entry.uid), gids(entry.gid))
      if let value = entry.xattrs["security.capability"] {
        let root = uids(0)
        let bytes = (0..<4).map { UInt8(truncatingIfNeeded: root >> (8 * $0)) }
        entry.xattrs["security.capability"] = value[..<3] + [3] + value[4...] + bytes
      }
      return entry
    }
  }
}
