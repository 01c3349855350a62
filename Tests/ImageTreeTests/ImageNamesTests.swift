import FUSE
import ImageSamples
import SystemPackage
import Testing

@testable import ImageTree

@Suite("Images by name")
struct ImageNamesTests {
  private func names(_ path: String, _ tree: ImageTree) throws -> [String] {
    let entry = try tree.find(path, caller: TreeFixture.plain)
    return try tree.allEntries(of: entry.node, caller: TreeFixture.plain)
      .map { String(decoding: $0.name, as: UTF8.self) }.filter { $0 != "." && $0 != ".." }
  }

  @Test("are directories taken apart at the slashes; one may be an image and lead on")
  func nested() throws {
    let tree = try TreeFixture().tree
    #expect(try names("images/", tree) == ["quay.io", "tool"])
    #expect(try names("images/quay.io", tree) == ["team"])
    let parts = ["config.json", "manifest.json", "root", "root.squashfs"]
    #expect(try names("images/quay.io/team", tree).sorted() == (parts + ["tool:1"]).sorted())
    #expect(try names("images/quay.io/team/tool:1", tree).sorted() == parts)
    #expect(try names("images/quay.io/team/root", tree) == ["hello"])
  }

  @Test("of one image lead to the same nodes")
  func aliases() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.plain
    for part in ["root", "root/bin/tool", "root.squashfs", "config.json"] {
      let one = try fixture.tree.find("images/tool/\(part)", caller: caller)
      let two = try fixture.tree.find("images/quay.io/team/tool:1/\(part)", caller: caller)
      #expect(one.node == two.node)
    }
  }

  @Test("that an image's parts have are hidden behind the parts")
  func shadowed() throws {
    let store = try SampleStore()
    let layer = try store.layer([SampleMember("file", .file([1]))])
    let one = try store.publish(["team"], label: "1", layers: [layer])
    let two = try store.publish(["team/root", "team/free"], label: "2", layers: [layer])
    let tree = ImageTree(accounts: SampleAccounts())
    _ = tree.update(to: try store.catalog([one, two]), from: store)
    #expect(try names("images/team", tree).count(where: { $0 == "root" }) == 1)
    #expect(try names("images/team/root", tree) == ["file"])
    #expect(try names("images/team/free", tree).contains("root"))
  }

  @Test("may go at any time, so the kernel asks again soon")
  func timeouts() throws {
    let fixture = try TreeFixture()
    let caller = TreeFixture.plain
    for path in ["images/tool", "images/quay.io", "images/tool/root", "images/tool/config.json"] {
      #expect(try fixture.tree.find(path, caller: caller).entryTimeout <= 1)
    }
    #expect(try fixture.tree.find("images/tool/root/bin", caller: caller).entryTimeout > 60)
    let images = try fixture.tree.find("images/", caller: caller)
    let absent = try fixture.tree.lookup([120].span.bytes, in: images.node, caller: caller)
    #expect(absent.isNegative && absent.entryTimeout == 0)
  }

  @Test("that are no UTF-8 are not found")
  func notText() throws {
    let fixture = try TreeFixture()
    let images = try fixture.tree.find("images/", caller: TreeFixture.plain)
    let entry = try fixture.tree.lookup(
      [0xFF, 0xFE].span.bytes, in: images.node, caller: TreeFixture.plain)
    #expect(entry.isNegative)
  }
}
