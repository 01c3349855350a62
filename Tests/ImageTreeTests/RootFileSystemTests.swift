import FUSE
import FileTree
import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import ImageTree

@Suite("The root file system of an image")
struct RootFileSystemTests {
  @Test(
    "gives every file's content, whatever the size of the reads",
    arguments: [1000, 4096, 5000, 1 << 17])
  func contents(size: Int) throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.root
    for (path, expected) in SampleTree.contents {
      let entry = try fixture.tree.find("images/tool/root/\(path)", caller: caller)
      let bytes = try fixture.tree.content(of: entry, reading: size, caller: caller)
      #expect(bytes == expected, "\(path)")
    }
    let holes = try fixture.tree.find("images/tool/root/lib/holes", caller: caller)
    #expect(
      try fixture.tree.content(of: holes, reading: size, caller: caller)
        == SampleTree.holesContent)
  }

  @Test("gives the right bytes at any offset")
  func offsets() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.user
    let path = "images/tool/root/lib/large"
    let entry = try fixture.tree.find(path, caller: caller)
    let content = try #require(SampleTree.contents["lib/large"])
    for offset in [0, 1, 4095, 4096, 4097, 8191, 40_000, content.count - 1, content.count] {
      for count in [0, 1, 2, 4095, 4096, 4097, 20_000] {
        let reply = try fixture.tree.read(
          entry.node, at: UInt64(offset), count: count, caller: caller)
        let end = min(offset + count, content.count)
        #expect(reply.copied() == Array(content[offset..<end]), "\(count) at \(offset)")
      }
    }
    let beyond = try fixture.tree.read(
      entry.node, at: UInt64(content.count) + 1, count: 10, caller: caller)
    #expect(beyond.count == 0)
  }

  @Test("is at the same node by image name and, unshifted, for root by layer")
  func linkTargets() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.root
    let link = try fixture.tree.find("images/tool/root/etc/link", caller: caller)
    #expect(
      try fixture.tree.linkTarget(of: link.node, caller: caller) == Array("../bin/tool".utf8))
    let file = try fixture.tree.find("images/tool/root/bin/one", caller: caller)
    #expect(throws: Errno.invalidArgument) {
      _ = try fixture.tree.linkTarget(of: file.node, caller: caller)
    }
    #expect(throws: Errno.invalidArgument) {
      _ = try fixture.tree.read(link.node, at: 0, count: 1, caller: caller)
    }
  }

  @Test("shows modes, owners, times, links and devices as the layer has them")
  func attributes() throws {
    let fixture = try TreeFixture()
    func attributes(_ path: String) throws -> NodeAttributes {
      try fixture.tree.find("images/tool/root/\(path)", caller: TreeFixture.root).attributes
    }
    let tool = try attributes("bin/tool")
    #expect(tool.links == 2)
    #expect((tool.uid, tool.gid) == (1000, 100))
    #expect(tool.modified == 1_700_000_000)
    #expect(try attributes("bin/tool2") == tool)
    #expect(try attributes("bin/ping").mode & 0o7777 == 0o4755)
    #expect(try attributes("tmp").mode & 0o7777 == 0o1777)
    let null = try attributes("dev/null")
    #expect(null.kind == .characterDevice)
    #expect(null.device == deviceNumber(major: 1, minor: 3))
    #expect(try attributes("dev/disk").kind == .blockDevice)
    #expect(try attributes("dev/pipe").kind == .fifo)
    let foreign = try attributes("tmp/foreign")
    #expect((foreign.uid, foreign.gid) == (70_000, 4_000_000))
  }

  @Test("shows names that are absent as absent, and lets the kernel remember it")
  func absent() throws {
    let fixture = try TreeFixture()
    let root = try fixture.tree.find("images/tool/root", caller: TreeFixture.root)
    for name in ["nothing", "BIN", "bi", "binn", "\u{e9}"] {
      let entry = try fixture.tree.lookup(
        Array(name.utf8).span.bytes, in: root.node, caller: TreeFixture.root)
      #expect(entry.isNegative)
      #expect(entry.entryTimeout > 60)
    }
  }

  @Test("lists extended attributes, each of which has a value")
  func xattrs() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.root
    let ping = try fixture.tree.find("images/tool/root/bin/ping", caller: caller)
    let names = try fixture.tree.extendedAttributeNames(of: ping.node, caller: caller)
    #expect(names.last == 0)
    let split = names.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    #expect(Set(split) == ["security.capability", "user.note"])
    func value(_ name: String, of node: NodeID) throws -> [UInt8] {
      try fixture.tree.extendedAttribute(Array(name.utf8).span.bytes, of: node, caller: caller)
    }
    #expect(try value("user.note", of: ping.node) == Array("hello".utf8))
    #expect(try value("security.capability", of: ping.node) == SampleTree.capability)
    #expect(throws: Errno.noData) { _ = try value("user.not", of: ping.node) }
    #expect(throws: Errno.noData) { _ = try value("user.notes", of: ping.node) }
    let file = try fixture.tree.find("images/tool/root/bin/one", caller: caller)
    #expect(throws: Errno.noData) { _ = try value("user.note", of: file.node) }
    #expect(try fixture.tree.extendedAttributeNames(of: file.node, caller: caller).isEmpty)
    #expect(throws: Errno.noData) { _ = try value("user.note", of: .root) }
    #expect(try fixture.tree.extendedAttributeNames(of: .root, caller: caller).isEmpty)
  }

  @Test("says EIO while its blocks cannot be read, and gives them when they can again")
  func failingBlocks() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.root
    let tool = try fixture.tree.find("images/tool/root/bin/tool", caller: caller)
    let zeros = try fixture.tree.find("images/tool/root/lib/zeros", caller: caller)
    fixture.store.fail(.content)
    #expect(throws: Errno.ioError) {
      _ = try fixture.tree.content(of: tool, caller: caller)
    }
    #expect(
      try fixture.tree.read(zeros.node, at: 0, count: 8192, caller: caller).count == 8192,
      "holes need no block")
    fixture.store.fail(.content, false)
    #expect(
      try fixture.tree.content(of: tool, caller: caller) == SampleTree.contents["bin/tool"])
  }

  @Test("is as the linker was told: the dump of the volume agrees with the members")
  func dump() throws {
    let store = try SampleStore()
    let object = try store.image(SampleTree.members)
    let image = try LoadedImage(object, source: store)
    let lines = try VolumeDump.lines(of: image.volume, content: image).map(\.description)
    let paths = Set(SampleTree.members.map { "/" + $0.path })
    for path in paths {
      #expect(lines.contains { $0.hasPrefix(path + " ") || $0.hasPrefix(path.dropFirst() + " ") })
    }
    #expect(lines.count == paths.count + 1)
  }
}
