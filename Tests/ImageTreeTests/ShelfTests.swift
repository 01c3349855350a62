import FUSE
import ImageSamples
import Store
import SystemPackage
import Testing

@testable import ImageTree

@Suite("Newer catalogs")
struct ShelfTests {
  private let caller = TreeFixture.user

  private func names(_ path: String, _ tree: ImageTree) throws -> [String] {
    let entry = try tree.find(path, caller: caller)
    return try tree.allEntries(of: entry.node, caller: caller)
      .map { String(decoding: $0.name, as: UTF8.self) }.filter { $0 != "." && $0 != ".." }
  }

  @Test("move a name: it leads to the other image, the nodes of both stay")
  func movedTag() throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    let before = try tree.find("images/tool/root/bin/one", caller: caller)
    let loads = fixture.store.count(.object)
    let next = try fixture.catalog.tagging(fixture.other.id, as: "tool").stamped(2)
    _ = tree.update(to: next, from: fixture.store)
    #expect(try names("images/tool/root", tree) == ["hello"])
    #expect(
      try tree.find("images/quay.io/team/tool:1/root/bin/one", caller: caller).node
        == before.node)
    #expect(try tree.content(of: before, caller: caller) == [42])
    #expect(fixture.store.count(.object) == loads + 1, "what was read is kept")
  }

  @Test("without an image do not list it, but serve it by path while the catalog keeps it")
  func retired() throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    let file = try fixture.find("overlay/\(fixture.layerID)/diff/bin/one", caller)
    let next = try fixture.catalog.removing(image: fixture.id).stamped(2)
    _ = tree.update(to: next, from: fixture.store)
    #expect(try names("images/", tree) == ["quay.io"])
    #expect(try names("images/quay.io/team", tree).contains("root"))
    #expect(try !names("views/1000/overlay", tree).contains(fixture.layerID))
    #expect(try !names("views/1000/overlay-images", tree).contains(fixture.id))
    #expect(try tree.content(of: file, caller: caller) == [42])
    #expect(
      try fixture.find("overlay/\(fixture.layerID)/diff/bin/one", caller).node == file.node)
    _ = try fixture.find("overlay-images/\(fixture.id)/manifest", caller)
    let text = String(
      decoding: try fixture.content("overlay-images/images.json", caller), as: UTF8.self)
    #expect(!text.contains(fixture.id))
  }

  @Test("let go of a retired image when the catalog does, not when it is condemned")
  func dropped() throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    let file = try fixture.find("overlay/\(fixture.layerID)/diff/bin/one", caller)
    let removed = try fixture.catalog.removing(image: fixture.id).stamped(2)
    _ = tree.update(to: removed, from: fixture.store)
    let condemned = removed.condemning(objects: [fixture.record.object], packs: []).stamped(3)
    _ = tree.update(to: condemned, from: fixture.store)
    #expect(try tree.content(of: file, caller: caller) == [42])
    let dropped = condemned.dropping(objects: [fixture.record.object], packs: []).stamped(4)
    _ = tree.update(to: dropped, from: fixture.store)
    #expect(throws: Errno.staleNFSFileHandle) {
      _ = try tree.content(of: file, caller: caller)
    }
    #expect(throws: Errno.noSuchFileOrDirectory) {
      _ = try fixture.find("overlay/\(fixture.layerID)", caller)
    }
  }

  @Test("serve a retired image by path also when the server starts with them")
  func restarted() throws {
    let fixture = try TreeFixture()
    let old = try fixture.find("overlay/\(fixture.layerID)/diff/bin/one", caller)
    let removed = try fixture.catalog.removing(image: fixture.id).stamped(2)
    let tree = ImageTree(accounts: fixture.accounts)
    _ = tree.update(to: removed, from: fixture.store)
    let path = "views/1000/overlay/\(fixture.layerID)/diff/bin/one"
    let file = try tree.find(path, caller: caller)
    #expect(file.node == old.node, "computed ids are the same in a new server")
    #expect(try tree.content(of: file, caller: caller) == [42])
    #expect(try tree.content(of: old, caller: caller) == [42], "also without any lookup")
    #expect(try names("images/", tree) == ["quay.io"])
  }

  @Test("that bring a removed image back list it again, as the same nodes")
  func broughtBack() throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    let old = try fixture.find("overlay/\(fixture.layerID)/diff", caller)
    let removed = try fixture.catalog.removing(image: fixture.id).stamped(2)
    _ = tree.update(to: removed, from: fixture.store)
    let again = try fixture.store.catalog([fixture.record], generation: 3, after: removed)
    _ = tree.update(to: again, from: fixture.store)
    let new = try fixture.find("overlay/\(fixture.layerID)/diff", caller)
    #expect(new.node == old.node, "it was retired, and kept its number")
    #expect(try names("images/tool/root", tree).contains("bin"))
    #expect(try !tree.entries(of: old.node, caller: caller).isEmpty, "and the old is in use")
  }

  @Test("that repair an image keep its number and read the new object")
  func repaired() throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    let file = try fixture.find("overlay/\(fixture.layerID)/diff/bin/tool", caller)
    let again = try fixture.store.catalog([fixture.record], generation: 2, after: fixture.catalog)
    #expect(try again.image("tool").number == fixture.catalog.image("tool").number)
    _ = tree.update(to: again, from: fixture.store)
    #expect(try tree.content(of: file, caller: caller) == SampleTree.contents["bin/tool"])
  }

  @Test("of the same content name no other nodes, and give the nodes to forget")
  func outdated() throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    _ = try tree.find("views/1000", caller: caller)
    _ = try tree.find("views/2000", caller: TreeFixture.plain)
    let team = try tree.find("images/quay.io/team", caller: caller).node
    let next = try fixture.catalog.removing(image: fixture.other.id).stamped(2)
    let change = tree.update(to: next, from: fixture.store)
    let outdated = change.nodes
    for user in [caller, TreeFixture.plain] {
      let items = [
        "overlay", "overlay/l", "overlay-images", "overlay-images/images.json",
        "overlay-layers/layers.json", "overlay-images/images.lock", "overlay-layers/layers.lock",
      ]
      let nodes = try items.map { try fixture.find($0, user).node }
      let positions = try nodes.map { try #require(outdated.firstIndex(of: $0)) }
      let lastDocument = try #require(positions[..<5].max())
      #expect(positions[5...].allSatisfy { $0 > lastDocument }, "locks last")
    }
    #expect(outdated.contains(team), "the name's directory is still one")
    #expect(outdated.contains(try tree.find("images/", caller: caller).node))
    let overlay = try fixture.find("overlay", caller).node
    #expect(change.names.contains { $0.parent == overlay }, "who uses the layer is to be seen")
    #expect(change.names.contains { $0.parent == team && $0.name == "root" })
    #expect(change.unshown.isEmpty)
    #expect(Set(outdated).count == outdated.count)
  }

  @Test("show attributes of their own: sizes of documents, times of publication")
  func attributes() throws {
    let fixture = try TreeFixture()
    let before = try fixture.find("overlay-images/images.json", caller).attributes
    let next = try fixture.catalog.removing(image: fixture.other.id).stamped(2)
    _ = fixture.tree.update(to: next, from: fixture.store)
    let entry = try fixture.find("overlay-images/images.json", caller)
    #expect(entry.attributes.size < before.size)
    #expect(entry.attributes.modified == 2000)
    #expect(before.modified == 1000)
    #expect(entry.attributeTimeout <= 1)
    #expect(entry.attributes.inode == before.inode)
  }

  @Test("may list what cannot be shown for want of a listing")
  func unshowable() throws {
    let fixture = try TreeFixture()
    var strange = fixture.record
    strange.attributes = [:]
    strange.digests = ["sha256:" + String(repeating: "9", count: 64)]
    strange.names = ["strange"]
    let catalog = try fixture.store.catalog([strange], generation: 2, after: fixture.catalog)
    let change = fixture.tree.update(to: catalog, from: fixture.store)
    #expect(change.unshown == [strange.id])
    #expect(try names("images/", fixture.tree) == ["quay.io", "tool"])
    let again = fixture.tree.update(to: catalog.stamped(3), from: fixture.store)
    #expect(again.unshown.isEmpty, "it is said once")
  }

  @Test("are counted by statfs")
  func statistics() throws {
    let fixture = try TreeFixture()
    let statistics = try fixture.tree.statistics(of: .root, caller: caller)
    #expect(statistics.inodes == 2)
    #expect(statistics.blocks > 0)
    _ = fixture.tree.update(to: Catalog().stamped(2), from: fixture.store)
    #expect(try fixture.tree.statistics(of: .root, caller: caller).inodes == 0)
  }

  @Test("images that nobody needs make room for others, and are read again when they are needed")
  func memory() throws {
    let fixture = try TreeFixture(objectLimit: 1)
    let tree = fixture.tree
    let loads = { fixture.store.count(.object) }
    let before = loads()
    let one = try tree.find("images/tool/root/bin/one", caller: caller)
    #expect(try tree.content(of: one, caller: caller) == [42])
    #expect(loads() == before + 1, "one alone is kept although it is too large")
    _ = try tree.find("images/quay.io/team/root/hello", caller: caller)
    #expect(loads() == before + 2)
    #expect(try tree.content(of: one, caller: caller) == [42], "its nodes are what they were")
    #expect(loads() == before + 3)
    let ample = try TreeFixture()
    _ = try ample.tree.find("images/tool/root/bin/one", caller: caller)
    _ = try ample.tree.find("images/quay.io/team/root/hello", caller: caller)
    let read = ample.store.count(.object)
    _ = try ample.tree.find("images/tool/root/bin/one", caller: caller)
    #expect(ample.store.count(.object) == read)
  }
}
