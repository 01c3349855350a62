import FUSE
import ImageSamples
import SystemPackage
import Testing

@testable import ImageTree

@Suite("What a user sees of an image")
struct ViewTests {
  @Test("is owned as the user's namespace has it")
  func shifted() throws {
    let fixture = try TreeFixture()
    let diff = "overlay/\(fixture.layerID)/diff"
    func owner(_ path: String, _ caller: Caller) throws -> [UInt32] {
      let attributes = try fixture.find("\(diff)/\(path)", caller).attributes
      return [attributes.uid, attributes.gid]
    }
    #expect(try owner("etc", TreeFixture.user) == [1000, 1000])
    #expect(try owner("bin/tool", TreeFixture.user) == [100_999, 100_099])
    #expect(try owner("tmp/foreign", TreeFixture.user) == [65_534, 65_534])
    #expect(try owner("bin/tool", TreeFixture.plain) == [2000, 2000])
    #expect(try owner("tmp/foreign", TreeFixture.plain) == [2000, 2000])
    #expect(try owner("bin/tool", TreeFixture.root) == [1000, 100])
    #expect(try owner("tmp/foreign", TreeFixture.root) == [70_000, 4_000_000])
  }

  @Test("in the keep-id layer is owned so that the user is the user")
  func keepID() throws {
    let fixture = try TreeFixture()
    let diff = "overlay/\(fixture.keepIDLayerID)/diff"
    let tool = try fixture.find("\(diff)/bin/tool", TreeFixture.user)
    #expect(tool.attributes.uid == 1000)
    #expect(tool.attributes.gid == 100_100)
    let top = try fixture.find("\(diff)/etc", TreeFixture.user)
    #expect(top.attributes.uid == 100_000)
    let plain = try fixture.find(
      "overlay/\(fixture.layerID)/diff/bin/tool",
      .init(
        uid: 1000, gid: 1000, pid: 0))
    #expect(plain.node != tool.node)
    #expect(plain.attributes.inode == tool.attributes.inode)
  }

  @Test("has a keep-id layer only where the user can have one")
  func noKeepID() throws {
    let fixture = try TreeFixture()
    for caller in [TreeFixture.plain, TreeFixture.root] {
      #expect(throws: Errno.noSuchFileOrDirectory) {
        _ = try fixture.layer(caller, keepID: true)
      }
      let names = try fixture.tree.allEntries(
        of: try fixture.find("overlay", caller).node, caller: caller
      ).map { String(decoding: $0.name, as: UTF8.self) }
      #expect(names.contains(fixture.layerID))
      #expect(!names.contains(fixture.keepIDLayerID))
    }
  }

  @Test("has no device nodes unless nothing is shifted; fifos stay")
  func devices() throws {
    let fixture = try TreeFixture()
    func names(_ caller: Caller, wholeEntries: Bool) throws -> [String] {
      let path = "overlay/\(fixture.layerID)/diff/dev"
      return try fixture.tree.allEntries(
        of: try fixture.find(path, caller).node, wholeEntries: wholeEntries, caller: caller
      ).map { String(decoding: $0.name, as: UTF8.self) }.sorted()
    }
    for wholeEntries in [true, false] {
      #expect(try names(TreeFixture.user, wholeEntries: wholeEntries) == [".", "..", "pipe"])
      #expect(try names(TreeFixture.plain, wholeEntries: wholeEntries) == [".", "..", "pipe"])
      #expect(
        try names(TreeFixture.root, wholeEntries: wholeEntries)
          == [".", "..", "disk", "null", "pipe"])
    }
    for name in ["null", "disk"] {
      let path = "overlay/\(fixture.layerID)/diff/dev/\(name)"
      #expect(throws: Errno.noSuchFileOrDirectory) {
        _ = try fixture.find(path, TreeFixture.user)
      }
      #expect(try fixture.find(path, TreeFixture.root).attributes.device > 0)
    }
  }

  @Test("has file capabilities of version 3 with the namespace's root, for root those of the image")
  func capabilities() throws {
    let fixture = try TreeFixture()
    func capability(_ caller: Caller, keepID: Bool = false) throws -> [UInt8] {
      let layer = keepID ? fixture.keepIDLayerID : fixture.layerID
      let node = try fixture.find("overlay/\(layer)/diff/bin/ping", caller).node
      let name = Array("security.capability".utf8)
      return try fixture.tree.extendedAttribute(name.span.bytes, of: node, caller: caller)
    }
    let body = Array(SampleTree.capability[4...])
    #expect(try capability(TreeFixture.user) == [1, 0, 0, 3] + body + [0xE8, 3, 0, 0])
    #expect(
      try capability(TreeFixture.user, keepID: true) == [1, 0, 0, 3] + body + [0xA0, 0x86, 1, 0])
    #expect(try capability(TreeFixture.plain) == [1, 0, 0, 3] + body + [0xD0, 7, 0, 0])
    #expect(try capability(TreeFixture.root) == SampleTree.capability)
  }

  @Test("has the same content and the same inode numbers as everybody else's")
  func sameContent() throws {
    let fixture = try TreeFixture()
    for (path, content) in SampleTree.contents {
      let entries = try TreeFixture.callers.map { caller in
        let path = "overlay/\(fixture.layerID)/diff/\(path)"
        let entry = try fixture.find(path, caller)
        #expect(try fixture.tree.content(of: entry, caller: caller) == content)
        return entry
      }
      #expect(Set(entries.map(\.node)).count == 3)
      #expect(Set(entries.map(\.attributes.inode)).count == 1)
      #expect(Set(entries.map(\.attributes.size)).count == 1)
    }
  }

  @Test("is its own view: self leads there, and others' views are not found")
  func own() throws {
    let fixture = try TreeFixture()
    for caller in TreeFixture.callers {
      let link = try fixture.tree.find("self", caller: caller)
      #expect(link.entryTimeout == 0, "the kernel must ask for each user")
      #expect(
        try fixture.tree.linkTarget(of: link.node, caller: caller)
          == Array("views/\(caller.uid)".utf8))
      let view = try fixture.tree.find("views/\(caller.uid)", caller: caller)
      #expect(view.attributes.mode & 0o7777 == 0o700)
      #expect(view.attributes.uid == caller.uid)
    }
    let links = try TreeFixture.callers.map { try fixture.tree.find("self", caller: $0).node }
    #expect(Set(links).count == 3, "the kernel remembers targets by node")
    for name in ["2000", "0", "01000", "+1000", "1000 ", "-1", "99999999999", ""] {
      let views = try fixture.tree.find("views", caller: TreeFixture.user)
      let entry = try fixture.tree.lookup(
        Array(name.utf8).span.bytes, in: views.node, caller: TreeFixture.user)
      #expect(entry.isNegative, "\(name)")
      #expect(entry.entryTimeout == 0, "another user may find it")
    }
    #expect(try !fixture.tree.find("views/1000", caller: TreeFixture.root).isNegative)
  }
}
