/// A root file system with one of everything that can go wrong in showing it.
public enum SampleTree {
  /// Files by path, with the content that reading must give.
  public static let contents: [String: [UInt8]] = [
    "etc/passwd": Array("root:x:0:0:root:/root:/bin/sh\n".utf8),
    "etc/empty": [],
    "bin/tool": SampleBytes.noise(4096 * 3 + 100, seed: 1),
    "bin/exact": SampleBytes.text(4096 * 2, seed: 2),
    "bin/one": [42],
    "lib/a": SampleBytes.text(3000, seed: 3),
    "lib/b": SampleBytes.noise(2000, seed: 4),
    "lib/c": SampleBytes.text(4095, seed: 5),
    "lib/zeros": [UInt8](repeating: 0, count: 4096 * 2 + 5),
    "lib/large": SampleBytes.text(4096 * 20 + 1, seed: 6),
  ]

  /// A version 2 capability attribute: `cap_net_raw=ep`.
  public static let capability: [UInt8] = [
    1, 0, 0, 2, 0, 0x20, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
  ]

  /// The members of the layer.
  public static var members: [SampleMember] {
    var members = directories
    for (path, content) in contents.sorted(by: { $0.key < $1.key }) {
      members.append(SampleMember(path, .file(content)).with(uid: 1000, gid: 100))
    }
    return members + specials
  }

  private static var directories: [SampleMember] {
    ["etc", "bin", "lib", "dev", "many", "deep", "deep/er", "deep/er/still"].map {
      SampleMember($0, .directory)
    } + [SampleMember("tmp", .directory).with(mode: 0o1777)]
  }

  private static var specials: [SampleMember] {
    let many = (0..<200).map { SampleMember("many/name-\($0)", .file(Array("\($0)".utf8))) }
    return many + [
      SampleMember("etc/link", .symbolicLink("../bin/tool")),
      SampleMember("bin/tool2", .hardLink("bin/tool")),
      SampleMember("bin/ping", .file(SampleBytes.noise(100, seed: 9))).with(
        mode: 0o4755,
        xattrs: [
          (name: "security.capability", value: capability),
          (name: "user.note", value: Array("hello".utf8)),
        ]),
      SampleMember("dev/null", .device(1, 3, isBlock: false)),
      SampleMember("dev/disk", .device(8, 0, isBlock: true)),
      SampleMember("dev/pipe", .fifo),
      SampleMember("lib/holes", .sparse(holes)),
      SampleMember("tmp/foreign", .file([1, 2, 3])).with(uid: 70_000, gid: 4_000_000),
    ]
  }

  private static let holes: [SampleMember.Part] = [
    .data(SampleBytes.text(4096, seed: 7)), .hole(4096 * 5 + 17), .data([1, 2, 3]), .hole(50),
  ]

  /// What reading `lib/holes` must give.
  public static let holesContent: [UInt8] =
    SampleBytes.text(4096, seed: 7) + [UInt8](repeating: 0, count: 4096 * 5 + 17) + [1, 2, 3]
    + [UInt8](repeating: 0, count: 50)
}
