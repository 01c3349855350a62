import FileTree
import Flattening
import Tar
import Testing

@Suite("Layer entries from tar entries")
struct LayerEntryBuilderTests {
  private func built(_ tar: TarEntry) throws -> LayerEntry? {
    var builder = LayerEntryBuilder()
    return try builder.entry(for: tar)
  }

  private func regular(_ path: String) -> TarEntry {
    TarEntry(path: Array(path.utf8), kind: .regular)
  }

  private func xattr(_ name: String, _ value: [UInt8] = [1]) -> TarEntry.ExtendedAttribute {
    TarEntry.ExtendedAttribute(name: Array(name.utf8), value: value)
  }

  @Test(
    "paths are cleaned lexically and never lead above the root",
    arguments: [
      ("a/b", "a/b"), ("/a/b", "a/b"), ("./a//b/", "a/b"), ("a/./b/.", "a/b"), ("a/../b", "b"),
      ("../../a", "a"), ("a/b/../../../c", "c"), ("..a/b..", "..a/b.."),
    ])
  func cleaning(path: String, expected: ByteString) throws {
    #expect(try built(regular(path))?.path == expected)
    let link = TarEntry(path: [0x78], kind: .hardLink, linkPath: Array(path.utf8))
    #expect(try built(link)?.kind == .hardLink(expected))
  }

  @Test("the root has many spellings", arguments: ["", "/", ".", "./", "a/..", "../"])
  func root(path: String) throws {
    let entry = try built(TarEntry(path: Array(path.utf8), kind: .directory, mode: 0o700))
    #expect(entry?.path == ByteString([]))
    #expect(entry?.attributes.mode == 0o700)
    #expect(throws: FlatteningError.rootNotDirectory) { try built(regular(path)) }
  }

  @Test("every kind arrives with what goes with it")
  func kinds() throws {
    func kind(_ kind: TarEntry.Kind) throws -> LayerEntry.Kind? {
      try built(
        TarEntry(
          path: [0x78], kind: kind, linkPath: Array("../t/".utf8), size: 12, deviceMajor: 1,
          deviceMinor: 3))?.kind
    }
    #expect(try kind(.regular) == .regular(FileContent(size: 12)))
    #expect(try kind(.directory) == .directory)
    #expect(try kind(.hardLink) == .hardLink("t"))
    #expect(try kind(.symbolicLink) == .symbolicLink("../t/"))
    #expect(try kind(.characterDevice) == .characterDevice(DeviceNumber(major: 1, minor: 3)))
    #expect(try kind(.blockDevice) == .blockDevice(DeviceNumber(major: 1, minor: 3)))
    #expect(try kind(.fifo) == .fifo)
  }

  @Test(
    "owner, mode and time arrive; a symbolic link is always 0777, a hard link has none of its own")
  func attributes() throws {
    var tar = TarEntry(
      path: [0x78], kind: .regular, mode: 0o4755, uid: 1_000, gid: 4_294_967_294, mtime: 12)
    let expected = Attributes(mode: 0o4755, uid: 1_000, gid: 4_294_967_294, mtime: 12)
    #expect(try built(tar)?.attributes == expected)
    tar.kind = .symbolicLink
    tar.linkPath = [0x79]
    #expect(try built(tar)?.attributes.mode == 0o777)
    tar.kind = .hardLink
    #expect(try built(tar)?.attributes == Attributes(mode: 0))
  }

  @Test(
    "times are clamped to what SquashFS holds, and counted",
    arguments: [
      (Int64(-1), UInt32(0), 1), (.min, 0, 1), (0, 0, 0), (4_294_967_295, .max, 0),
      (4_294_967_296, .max, 1), (.max, .max, 1),
    ])
  func times(seconds: Int64, expected: UInt32, count: Int) throws {
    var builder = LayerEntryBuilder()
    let entry = try builder.entry(for: TarEntry(path: [0x78], kind: .fifo, mtime: seconds))
    #expect(entry?.attributes.mtime == expected)
    #expect(builder.report.clampedTimes == count)
  }

  @Test("extended attributes that must not or cannot stay are dropped and counted by reason")
  func xattrs() throws {
    var tar = regular("f")
    tar.xattrs = [
      "trusted.overlay.opaque", "user.overlay.whiteout", "security.selinux",
      "system.posix_acl_access", "system.posix_acl_default", "system.nfs4_acl", "com.apple.x",
      "user.", "user.kept", "trusted.kept", "trusted.overlay", "security.capability",
    ].map { xattr($0) }
    tar.hasAccessControlList = true
    var builder = LayerEntryBuilder()
    let entry = try builder.entry(for: tar)
    #expect(
      entry?.attributes.xattrs.map(\.name) == [
        "security.capability", "trusted.kept", "trusted.overlay", "user.kept",
      ])
    var expected = FlatteningReport()
    expected.overlayXattrs = 2
    expected.securityLabels = 1
    expected.accessControlLists = 3
    expected.unsupportedXattrs = 3
    #expect(builder.report == expected)
  }

  @Test("user attributes stay on files and directories only, as in Linux")
  func userXattrs() throws {
    for (kind, names) in [
      (TarEntry.Kind.directory, ["security.b", "user.a"]), (.regular, ["security.b", "user.a"]),
      (.fifo, ["security.b"]), (.symbolicLink, ["security.b"]), (.blockDevice, ["security.b"]),
    ] {
      let tar = TarEntry(
        path: [0x78], kind: kind, linkPath: [0x79], xattrs: [xattr("user.a"), xattr("security.b")])
      #expect(try built(tar)?.attributes.xattrs.map(\.name.description) == names)
    }
  }

  @Test("extended attributes larger than Linux allows are refused, binary values are kept")
  func xattrSizes() throws {
    var tar = regular("f")
    let value = [UInt8](repeating: 0, count: 65_536)
    tar.xattrs = [xattr("user.a", value), xattr("user.b", [0, 0xff, 0x0a])]
    #expect(try built(tar)?.attributes.xattrs.map(\.value) == [value, [0, 0xff, 0x0a]])
    tar.xattrs = [xattr("user.a", value + [0])]
    #expect(throws: FlatteningError.xattrTooLarge(path: "f", name: "user.a")) { try built(tar) }
    let name = "user." + String(repeating: "n", count: 251)
    tar.xattrs = [xattr(name)]
    #expect(throws: FlatteningError.xattrTooLarge(path: "f", name: ByteString(name))) {
      try built(tar)
    }
  }

  @Test("a whiteout is normalised, whatever its type and attributes")
  func whiteouts() throws {
    let tar = TarEntry(
      path: Array("./d//.wh.f".utf8), kind: .hardLink, linkPath: [0x79], mode: 0o600, uid: .max)
    let entry = try #require(try built(tar))
    #expect(entry.path == "d/.wh.f")
    #expect(entry.whiteout == .removal(of: "f"))
    #expect(entry.kind == .regular(FileContent(size: 0)))
    #expect(entry.attributes == Attributes(mode: 0))
    #expect(try built(regular("d/.wh..wh..opq"))?.whiteout == .opaque)
    #expect(try built(regular("d/f"))?.whiteout == nil)
  }

  @Test("AUFS's own entries come to nothing and are counted")
  func metadata() throws {
    var builder = LayerEntryBuilder()
    #expect(try builder.entry(for: regular(".wh..wh.plnk/1.2")) == nil)
    #expect(try builder.entry(for: regular("a/.wh..wh.aufs")) == nil)
    #expect(builder.report.ignoredEntries == 2)
  }

  @Test("what cannot be is refused before any content is read")
  func refusals() {
    let long = ByteString("d").appending(ByteString([UInt8](repeating: 0x61, count: 256)))
    #expect(throws: FlatteningError.nameTooLong(path: long)) {
      try built(TarEntry(path: long.bytes, kind: .regular))
    }
    #expect(throws: FlatteningError.invalidName(path: ByteString([0]))) {
      try built(TarEntry(path: [0], kind: .regular))
    }
    #expect(throws: FlatteningError.invalidWhiteout(path: ".wh.")) { try built(regular(".wh.")) }
    #expect(throws: FlatteningError.invalidTarget(path: "x")) {
      try built(TarEntry(path: [0x78], kind: .symbolicLink))
    }
    #expect(throws: FlatteningError.ownerOutOfRange(path: "x")) {
      try built(TarEntry(path: [0x78], kind: .fifo, uid: .max))
    }
    #expect(throws: FlatteningError.ownerOutOfRange(path: "x")) {
      try built(TarEntry(path: [0x78], kind: .fifo, gid: .max))
    }
    #expect(throws: FlatteningError.deviceOutOfRange(path: "x")) {
      try built(TarEntry(path: [0x78], kind: .blockDevice, deviceMajor: 4_096))
    }
    let deep = [[UInt8]](repeating: [0x61], count: 2_049).joined(separator: [0x2f])
    #expect(throws: FlatteningError.tooDeep(path: ByteString(deep))) {
      try built(TarEntry(path: Array(deep), kind: .directory))
    }
  }

  @Test("reports add up")
  func reports() {
    var one = FlatteningReport()
    one.overlayXattrs = 1
    one.securityLabels = 2
    one.accessControlLists = 3
    one.unsupportedXattrs = 4
    one.clampedTimes = 5
    one.ignoredEntries = 6
    one.impliedDirectories = 7
    var sum = one
    sum += one
    #expect(
      [
        sum.overlayXattrs, sum.securityLabels, sum.accessControlLists, sum.unsupportedXattrs,
        sum.clampedTimes, sum.ignoredEntries, sum.impliedDirectories,
      ] == [2, 4, 6, 8, 10, 12, 14])
  }
}
