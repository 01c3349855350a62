import FUSE
import ImageSamples
import Store
import SystemPackage
import Testing

@testable import ImageTree

@Suite("One image as a whole mount")
struct VolumeFileSystemTests {
  private let caller = Caller(uid: 5, gid: 5, pid: 5)

  private func fileSystem() throws -> VolumeFileSystem {
    let store = try SampleStore()
    return try VolumeFileSystem(try store.image(SampleTree.members), source: store)
  }

  @Test("has its root at the mount's root, and everything below where a walk finds it")
  func walk() throws {
    let fileSystem = try fileSystem()
    let root = try fileSystem.attributes(of: .root, caller: caller)
    #expect(root.attributes.kind == .directory)
    let start = Entry(
      node: .root, attributes: root.attributes, entryTimeout: 0, attributeTimeout: 0)
    let nodes = try fileSystem.walk(start, caller: caller)
    #expect(nodes.count == SampleTree.members.count + 1)
    for node in nodes {
      #expect(!node.entry.isNegative, "\(node.path)")
      #expect(node.listed?.inode ?? node.entry.attributes.inode == node.entry.attributes.inode)
      #expect(node.listed?.kind ?? .directory == node.entry.attributes.kind)
      let reply = try fileSystem.attributes(of: node.entry.node, caller: caller)
      #expect(reply.attributes == node.entry.attributes)
      if let content = SampleTree.contents[node.path] {
        #expect(try fileSystem.content(of: node.entry, caller: caller) == content)
      }
    }
    #expect(nodes.filter { $0.entry.node == .root }.count == 1)
  }

  @Test("shows owners, devices and capabilities as they are in the image")
  func unshifted() throws {
    let fileSystem = try fileSystem()
    let tool = try fileSystem.find("bin/tool", caller: caller).attributes
    #expect([tool.uid, tool.gid] == [1000, 100])
    #expect(try fileSystem.find("dev/null", caller: caller).attributes.device == 0x103)
    let ping = try fileSystem.find("bin/ping", caller: caller)
    let name = Array("security.capability".utf8)
    #expect(
      try fileSystem.extendedAttribute(name.span.bytes, of: ping.node, caller: caller)
        == SampleTree.capability)
  }

  @Test("has .. of the root lead to the root")
  func dots() throws {
    let fileSystem = try fileSystem()
    let listed = try fileSystem.entries(of: .root, caller: caller)
    #expect(listed.prefix(2).map(\.name) == [[46], [46, 46]])
    #expect(listed[0].inode == listed[1].inode)
  }

  @Test("without any extended attribute says so for good")
  func noXattrs() throws {
    let store = try SampleStore()
    let object = try store.image([SampleMember("file", .file([1]))])
    let fileSystem = try VolumeFileSystem(object, source: store)
    let file = try fileSystem.find("file", caller: caller)
    #expect(throws: Errno.noFunction) {
      _ = try fileSystem.extendedAttribute([97].span.bytes, of: file.node, caller: caller)
    }
    #expect(try fileSystem.extendedAttributeNames(of: file.node, caller: caller).isEmpty)
  }

  @Test("of an empty image is an empty directory")
  func empty() throws {
    let store = try SampleStore()
    let fileSystem = try VolumeFileSystem(try store.image([]), source: store)
    #expect(try fileSystem.allEntries(of: .root, caller: caller).count == 2)
    #expect(try fileSystem.statistics(of: .root, caller: caller).inodes == 1)
  }

  @Test("refuses metadata that was damaged")
  func damaged() throws {
    let store = try SampleStore()
    var object = try store.image(SampleTree.members)
    for index in 96..<min(object.tail.count, 400) { object.tail[index] ^= 0x55 }
    #expect(throws: (any Error).self) { _ = try VolumeFileSystem(object, source: store) }
  }

  @Test("whose blocks or fragments are not in the object's tables gives EIO, no trap")
  func missingTables() throws {
    let store = try SampleStore()
    let image = try LoadedImage(try store.image(SampleTree.members), source: store)
    let other = try LoadedImage(
      try store.image([SampleMember("sole", .file(SampleBytes.noise(4096, seed: 77)))]),
      source: store)
    let fileSystem = VolumeFileSystem(image.volume, content: other)
    for path in ["bin/exact", "bin/one", "lib/b"] {
      let entry = try fileSystem.find(path, caller: caller)
      #expect(throws: Errno.ioError) {
        _ = try fileSystem.content(of: entry, caller: caller)
      }
    }
  }
}
