import FUSE
import ImageSamples
import Testing

@testable import ImageTree
@testable import Store

@Suite("Images in use")
struct NodeUsesTests {
  private let caller = TreeFixture.user

  @Test("are those whose nodes the kernel was given more often than it gave them back")
  func counting() {
    let uses = NodeUses()
    let (one, two) = (
      NodeAddress(view: 4, image: 7, item: 0).node, NodeAddress(view: 8, image: 7, item: 0).node
    )
    uses.add(one)
    uses.add(one)
    uses.add(two)
    #expect(uses.images == [7])
    uses.remove(one, count: 1)
    uses.remove(two, count: 1)
    #expect(uses.images == [7])
    uses.remove(one, count: 1)
    #expect(uses.images.isEmpty)
    uses.remove(one, count: 5)
    uses.add(two)
    uses.remove(two, count: .max)
    #expect(uses.images.isEmpty, "a kernel that gives back too much does no harm")
  }

  @Test(
    "are used by a root directory or root blob, found any way",
    arguments: ["overlay", "images", "blob"])
  func ways(way: String) throws {
    let fixture = try TreeFixture()
    let number = try fixture.catalog.image(fixture.id).number
    _ = try fixture.find("overlay/\(fixture.layerID)/link", caller)
    _ = try fixture.find("overlay-images/\(fixture.id)/manifest", caller)
    #expect(fixture.tree.uses.images.isEmpty, "a layer alone can be forgotten")
    let entry =
      switch way {
      case "overlay": try fixture.find("overlay/\(fixture.layerID)/diff", caller)
      case "images": try fixture.tree.find("images/tool/root", caller: caller)
      default: try fixture.tree.find("images/tool/root.squashfs", caller: caller)
      }
    #expect(fixture.tree.uses.images == [number])
    fixture.tree.forget(entry.node, count: 1)
    #expect(fixture.tree.uses.images.isEmpty)
  }

  @Test("keep the lease before the condemnation of what is in use, and of nothing else")
  func generations() throws {
    let fixture = try TreeFixture()
    let tree = fixture.tree
    let root = try fixture.find("overlay/\(fixture.layerID)/diff", caller)
    let removed = try fixture.catalog.removing(image: fixture.id).stamped(5)
    _ = tree.update(to: removed, from: fixture.store)
    #expect(tree.oldestGeneration(ofStore: 0) == 5, "nothing is condemned")
    var condemned = removed.condemning(objects: [fixture.record.object], packs: []).stamped(8)
    for index in condemned.retired.indices {
      condemned.retired[index].condemned = Condemnation(generation: 8, time: 0)
    }
    _ = tree.update(to: condemned, from: fixture.store)
    #expect(tree.oldestGeneration(ofStore: 0) == 7)
    _ = tree.update(to: condemned.stamped(20), from: fixture.store)
    #expect(tree.oldestGeneration(ofStore: 0) == 7)
    let lease = Lease(token: .none, generation: 7, expires: 0)
    #expect(lease.covers(Condemnation(generation: 8, time: 0)))
    let remembered = tree.remembered(ofStore: 0)
    #expect(remembered.names.allSatisfy { $0.parent == root.node })
    #expect(remembered.names.map(\.name).contains("bin"), "a cached name holds its directory")
    tree.forget(root.node, count: 1)
    #expect(tree.remembered(ofStore: 0).names.isEmpty)
    #expect(tree.oldestGeneration(ofStore: 0) == 20)
  }
}
