import ImageSamples
import Linux
import NodeService
import Store
import SystemPackage
import Testing

extension MountedTests {
  @Suite(
    "What two users of a node see",
    .enabled(if: canMount && RealUsers.shared != nil, "needs root, /dev/fuse and useradd"))
  struct VisibleToUsersTests {
    private let directory: TemporaryDirectory
    private let store: Store
    private let users: RealUsers

    /// A store with the images `open`, `team` for a group, and `mine` for the first user alone.
    init() throws {
      users = try #require(RealUsers.shared)
      directory = try TemporaryDirectory()
      let sample = try SampleStore()
      store = try Store.create(
        at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
      for name in ["open", "team", "mine"] { try sample.publish([name], in: store) }
      try rule("team", .group)
      try rule("mine", .owner)
    }

    private func rule(_ name: String, _ visibility: ImageAccess.Visibility) throws {
      let rule = ImageAccess(
        owner: users.member.uid, group: users.group.gid, visibility: visibility)
      try store.publish("access \(name)") { catalog throws(StoreError) in
        try catalog.changing(name, access: rule)
      }
    }

    /// What a user sees by name, and how many layers; then whether each image can be entered.
    private func seen(_ mount: ServedMount, by user: UserAccount) throws -> [String] {
      let script = """
        cd \(mount.path) || exit 1
        ls images/ | tr '\\n' ' '
        grep -o '"id"' self/overlay-images/images.json | wc -l
        for name in open team mine; do
          if test -f images/$name/root/empty && test -s images/$name/root.squashfs; then
            echo "$name in"
          else
            stat images/$name 2>&1 | grep -o 'No such file.*'
          fi
        done
        """
      return try RealUsers.shell(as: user, script).split(separator: "\n").map(String.init)
    }

    private let all = ["mine open team 3", "open in", "team in", "mine in"]
    private let absent = "No such file or directory"

    @Test("is what the rules say, whoever looked first, and changes with the rules")
    func rules() throws {
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        for _ in 0..<3 {
          #expect(try seen(mount, by: users.member) == all)
          #expect(try seen(mount, by: users.stranger) == ["open 1", "open in", absent, absent])
        }
        try rule("team", .world)
        try rule("mine", .world)
        try rule("open", .owner)
        #expect(
          try mount.wait {
            try seen(mount, by: users.stranger) == ["mine team 2", absent, "team in", "mine in"]
          })
        #expect(try seen(mount, by: users.member) == all)
        try rule("open", .world)
        #expect(try mount.wait { try seen(mount, by: users.stranger) == all })
      }
    }

    @Test("is not opened to others by paths that the kernel remembers of one user")
    func othersPaths() throws {
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        let real = try RealUsers.shell(
          as: users.member, "cd -P \(mount.path)/images/mine/root && pwd && stat -c %s empty")
        let path = try #require(real.split(separator: "\n").first)
        #expect(path.hasPrefix("\(mount.path)/views/\(users.member.uid)/"))
        let others = try RealUsers.shell(
          as: users.stranger,
          "cat \(path)/empty; ls \(path); cat \(mount.path)/images/mine/config.json")
        #expect(others.split(separator: "\n").count == 3)
        #expect(!others.contains("rootfs"))
        #expect(others.contains("Permission denied") || others.contains("No such file"))
        // The same, held open by its user meanwhile.
        let both = try ChildProcess(
          running: "sh",
          [
            "-c",
            """
            setpriv --reuid $1 --regid $1 --init-groups sh -c 'cd $0; sleep 2' "$3" &
            sleep 0.5
            setpriv --reuid $2 --regid $2 --init-groups cat "$3/empty" "$4/images/mine/config.json"
            wait
            """, "sh", "\(users.member.uid)", "\(users.stranger.uid)", String(path),
            "\(mount.path)",
          ])
        #expect(!both.output.contains("rootfs"), "\(both.output)")
        #expect(both.output.split(separator: "\n").count == 2, "\(both.output)")
      }
    }

    @Test("of root is everything")
    func root() throws {
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        let names = try Paths.list(mount.path.appending("images"))
        #expect(names == ["mine", "open", "team"])
        let theirs = mount.path.appending("views/\(users.stranger.uid)/images")
        #expect(try Paths.list(theirs) == ["open"], "root sees what the user sees")
      }
    }

    @Test("follows the user's groups")
    func groups() throws {
      try ServedMount.run([ServedStore(store)], in: directory) { mount in
        #expect(try seen(mount, by: users.stranger) == ["open 1", "open in", absent, absent])
        let leaving = ["-d", users.stranger.name, users.group.name]
        try ChildProcess.run("usermod", "-a", "-G", users.group.name, users.stranger.name)
        defer { _ = try? ChildProcess(running: "gpasswd", leaving) }
        #expect(
          try mount.wait {
            try seen(mount, by: users.stranger) == ["open team 2", "open in", "team in", absent]
          })
        try ChildProcess.run("gpasswd", "-d", users.stranger.name, users.group.name)
        #expect(
          try mount.wait {
            try seen(mount, by: users.stranger) == ["open 1", "open in", absent, absent]
          })
      }
    }
  }
}

extension ChildProcess {
  /// Runs a program that must succeed.
  fileprivate static func run(_ words: String...) throws {
    let result = try ChildProcess(running: words[0], Array(words.dropFirst()))
    #expect(result.exitStatus == 0, "\(words): \(result.output)")
  }
}
