import AdditionalImageStore
import FUSE
import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import ImageTree
@testable import Store

@Suite("A tree that goes on with another's mount")
final class TreeRecordTests {
  private let file: OwnedDescriptor
  private let sample: SampleStore
  private let catalog: Catalog

  init() throws {
    file = try OwnedDescriptor(inMemory: "test")
    let sample = try SampleStore()
    self.sample = sample
    let images = try ["one", "two"].map {
      try sample.publish(
        [$0], label: $0, layers: [try sample.layer([SampleMember("file", .file(Array($0.utf8)))])])
    }
    catalog = try sample.catalog(images)
  }

  private func record() throws -> TreeRecord {
    TreeRecord(try file.duplicate(), at: SessionRecord.reservedBytes)
  }

  private func tree() throws -> ImageTree {
    let tree = ImageTree(accounts: SampleAccounts(), record: try record())
    tree.restore()
    _ = tree.update(to: catalog, from: sample)
    return tree
  }

  private static let callers = [
    TreeFixture.user, TreeFixture.plain, TreeFixture.root,
  ]

  @Test("answers every node id that the first gave, for each user, in whatever order users come")
  func nodes() throws {
    let first = try tree()
    var given: [(caller: Caller, node: NodeID, attributes: NodeAttributes)] = []
    for caller in Self.callers {
      for path in ["views", "self/overlay", "images/one/root/file", "images/two/config.json"] {
        let entry = try first.find(path, caller: caller)
        given.append((caller, entry.node, entry.attributes))
      }
    }
    let second = try tree()
    for (caller, node, attributes) in given.reversed() {
      #expect(try second.attributes(of: node, caller: caller).attributes == attributes)
    }
    for caller in Self.callers.reversed() {
      let (old, new) = try (
        first.find("self/overlay", caller: caller), second.find("self/overlay", caller: caller)
      )
      #expect(old.node == new.node)
    }
  }

  @Test("without the record answers ESTALE for views that it does not know")
  func withoutRecord() throws {
    let node = try tree().find("self/overlay", caller: TreeFixture.user).node
    let second = ImageTree(accounts: SampleAccounts())
    _ = second.update(to: catalog, from: sample)
    #expect(throws: Errno.staleNFSFileHandle) {
      _ = try second.attributes(of: node, caller: TreeFixture.user)
    }
  }

  @Test("keeps every identity as it was", arguments: [0, 1, 50])
  func identities(ranges: Int) throws {
    let subordinate = (0..<ranges).map {
      SubordinateIDs.Range(first: 100_000 + UInt32($0) * 10_000, count: 5_000)
    }
    let identity = Identity.rootless(
      uid: 1000, gid: 100, subordinateUsers: subordinate, subordinateGroups: subordinate)
    try record().keep(identity, asView: 1)
    try record().keep(.unshifted(uid: 0, gid: 0), asView: 2)
    #expect(try record().views == [identity, .unshifted(uid: 0, gid: 0)])
  }

  @Test("keeps the place of an identity that is too long for it")
  func longIdentity() throws {
    let subordinate = (0..<400).map {
      SubordinateIDs.Range(first: 100_000 + UInt32($0) * 10, count: 5)
    }
    let identity = Identity.rootless(
      uid: 1000, gid: 100, subordinateUsers: subordinate, subordinateGroups: subordinate)
    try record().keep(identity, asView: 1)
    try record().keep(.unshifted(uid: 0, gid: 0), asView: 2)
    let views = try record().views
    #expect(views.count == 2)
    #expect(views.first?.uid == .max, "nobody has this view")
    #expect(views.last == .unshifted(uid: 0, gid: 0))
  }

  @Test("knows what is in use, and what was given back before and after")
  func uses() throws {
    let first = NodeUses(try record())
    let nodes = (1...5).map { NodeAddress(view: 4, image: $0, item: 1).node }
    for node in nodes { first.add(node) }
    first.add(nodes[0])
    first.remove(nodes[1], count: 1)
    first.remove(nodes[2], count: 1)
    first.add(nodes[1])
    let second = NodeUses(try record())
    second.restore()
    #expect(second.images == [1, 2, 4, 5])
    second.remove(nodes[0], count: 1)
    #expect(second.images == [1, 2, 4, 5], "it was given twice")
    second.remove(nodes[0], count: 1)
    second.add(nodes[2])
    let third = NodeUses(try record())
    third.restore()
    #expect(third.images == [2, 3, 4, 5])
    #expect(!third.isIncomplete)
  }

  @Test("counts everything as in use when there was no room for all counts")
  func lostUses() throws {
    let first = NodeUses(try record())
    for item in 0...UInt32(TreeRecord.mostUses) {
      first.add(NodeAddress(view: 4, image: 1, item: item).node)
    }
    let second = NodeUses(try record())
    second.restore()
    #expect(second.isIncomplete)
    let tree = try tree()
    var condemned = catalog
    let one = try #require(catalog.images.first)
    condemned = try condemned.removing(image: one.id).stamped(5)
    condemned = condemned.condemning(objects: [one.object], packs: []).stamped(9)
    for index in condemned.retired.indices {
      condemned.retired[index].condemned = Condemnation(generation: 7, time: 0)
    }
    _ = tree.update(to: condemned, from: sample)
    #expect(tree.oldestGeneration(ofStore: 0) == 6)
  }

  @Test("tells the kernel to forget what may have changed in between")
  func resumedChange() throws {
    _ = try tree().find("self/overlay", caller: TreeFixture.user)
    let second = try tree()
    let change = second.resumedChange()
    let overlay = try second.find("self/overlay", caller: TreeFixture.user).node
    #expect(change.nodes.contains(overlay))
    #expect(change.names.isEmpty, "nothing has gone")
    let fresh = ImageTree(accounts: SampleAccounts())
    #expect(fresh.resumedChange().nodes.isEmpty)
  }
}
