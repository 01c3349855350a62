import FUSE
import ImageSamples
import Store
import SystemPackage
import Testing

@testable import ImageTree

@Suite("What rules hide")
struct VisibilityTests {
  /// Belongs to the image; has subordinate ids.
  private let owner = TreeFixture.user
  private let stranger = TreeFixture.plain
  private let group: UInt32 = 500

  /// A tree whose image `tool` is not for everybody; `quay.io/team` is.
  private func fixture(_ visibility: ImageAccess.Visibility) throws -> TreeFixture {
    let fixture = try TreeFixture()
    show(fixture, visibility, generation: 2)
    return fixture
  }

  private func show(
    _ fixture: TreeFixture, _ visibility: ImageAccess.Visibility, generation: UInt64
  ) {
    let rule = ImageAccess(owner: owner.uid, group: group, visibility: visibility)
    guard let next = try? fixture.catalog.changing(fixture.id, access: rule) else { return }
    _ = fixture.tree.update(to: next.stamped(generation), from: fixture.store)
  }

  private func names(_ path: String, _ fixture: TreeFixture, _ caller: Caller) throws -> [String] {
    let entry = try fixture.tree.find(path, caller: caller)
    return try fixture.tree.allEntries(of: entry.node, caller: caller)
      .map { String(decoding: $0.name, as: UTF8.self) }.filter { $0 != "." && $0 != ".." }
  }

  /// Whether everything that leads to the image is there, or nothing.
  private func isShown(_ fixture: TreeFixture, _ caller: Caller) throws -> Bool {
    let view = "views/\(caller.uid)"
    let json = String(
      decoding: try fixture.content("overlay-images/images.json", caller), as: UTF8.self)
    let layers = String(
      decoding: try fixture.content("overlay-layers/layers.json", caller), as: UTF8.self)
    var found = [
      json.contains(fixture.id), layers.contains(fixture.layerID),
      try names("\(view)/overlay", fixture, caller).contains(fixture.layerID),
      try names("\(view)/overlay-images", fixture, caller).contains(fixture.id),
      try names("images/", fixture, caller).contains("tool"),
      try names("images/quay.io/team", fixture, caller).contains("tool:1"),
      try names("\(view)/overlay/l", fixture, caller).count == (caller.uid == 1000 ? 4 : 2),
    ]
    for path in [
      "\(view)/overlay/\(fixture.layerID)", "\(view)/overlay/\(fixture.layerID)/diff/bin/one",
      "\(view)/overlay-images/\(fixture.id)", "images/tool", "images/tool/root/bin/one",
      "images/tool/root.squashfs", "images/quay.io/team/tool:1/config.json",
    ] {
      found.append((try? fixture.tree.find(path, caller: caller)) != nil)
    }
    #expect(Set(found).count == 1, "\(caller.uid): \(found)")
    return found[0]
  }

  @Test(
    "is hidden from others everywhere, and shown to owner, members and root everywhere",
    arguments: ImageAccess.Visibility.allCases)
  func everywhere(visibility: ImageAccess.Visibility) throws {
    let fixture = try fixture(visibility)
    #expect(try isShown(fixture, owner))
    #expect(try isShown(fixture, TreeFixture.root))
    #expect(try isShown(fixture, stranger) == (visibility == .world))
    fixture.accounts.put(stranger.uid, in: [group])
    #expect(try isShown(fixture, stranger) == (visibility != .owner))
    fixture.accounts.put(stranger.uid, in: [])
    #expect(try isShown(fixture, stranger) == (visibility == .world))
    #expect(try names("images/quay.io/team/root", fixture, stranger) == ["hello"])
  }

  @Test("cannot be reached by node ids of another view, of the public part, or made up")
  func guessedNodes() throws {
    let fixture = try fixture(.owner)
    let tree = fixture.tree
    let number = try fixture.catalog.image(fixture.id).number
    let seen = try fixture.find("overlay/\(fixture.layerID)/diff/bin/one", owner)
    #expect(try tree.content(of: seen, caller: owner) == [42])
    let view = try #require(tree.views.view(of: stranger.uid))
    let item = NodeAddress(seen.node).item
    for slot in [View.publicSlot, view.slot, view.keepIDSlot, view.plainSlot] {
      let nodes =
        [NodeAddress(view: slot, image: number, item: item).node]
        + [ImageItem.rootBlob, .config, .manifest, .layer, .dataDirectory, .data(0), .shortLink]
        .map { NodeAddress($0, of: number, view: slot).node }
      for node in nodes {
        // The kernel checks who walks a path; who made up a node id has not walked.
        for caller in [stranger, owner, TreeFixture.root] {
          #expect(throws: Errno.staleNFSFileHandle) {
            _ = try tree.attributes(of: node, caller: caller)
          }
          #expect(throws: Errno.staleNFSFileHandle) {
            _ = try tree.read(node, at: 0, count: 10, caller: caller)
          }
          #expect(throws: Errno.staleNFSFileHandle) {
            _ = try tree.lookup([120].span.bytes, in: node, caller: caller)
          }
          #expect(throws: Errno.staleNFSFileHandle) {
            _ = try tree.linkTarget(of: node, caller: caller)
          }
          #expect(throws: Errno.staleNFSFileHandle) {
            _ = try tree.extendedAttribute([120].span.bytes, of: node, caller: caller)
          }
          #expect(throws: Errno.staleNFSFileHandle) {
            _ = try tree.entries(of: node, after: 0, capacity: 4096, caller: caller)
          }
        }
      }
    }
  }

  @Test("is gone for whom a rule is made narrower, and the kernel is told which names to forget")
  func narrower() throws {
    let fixture = try fixture(.world)
    let file = try fixture.find("overlay/\(fixture.layerID)/diff/bin/one", stranger)
    _ = try fixture.find("overlay", owner)
    let rule = ImageAccess(owner: owner.uid, group: group, visibility: .owner)
    let next = try fixture.catalog.changing(fixture.id, access: rule).stamped(3)
    let change = fixture.tree.update(to: next, from: fixture.store)
    #expect(throws: Errno.staleNFSFileHandle) {
      _ = try fixture.tree.content(of: file, caller: stranger)
    }
    let theirs = try fixture.find("overlay", stranger).node
    let own = try fixture.find("overlay", owner).node
    #expect(change.names.contains { $0.parent == theirs && $0.name == fixture.layerID })
    #expect(!change.names.contains { $0.parent == own }, "its owner sees it still")
    show(fixture, .world, generation: 4)
    #expect(try isShown(fixture, stranger))
  }

  @Test("of a group that a user leaves is gone at once, and the kernel is told at the next look")
  func leftGroup() throws {
    let fixture = try fixture(.group)
    fixture.accounts.put(stranger.uid, in: [group])
    let layer = try fixture.find("overlay/\(fixture.layerID)", stranger)
    #expect(layer.entryTimeout <= 1, "no generation tells of a change of groups")
    #expect(fixture.tree.recheckGroups().names.isEmpty)
    fixture.accounts.put(stranger.uid, in: [])
    _ = try fixture.find("overlay-images/images.json", stranger)
    let change = fixture.tree.recheckGroups()
    #expect(fixture.tree.recheckGroups().names.isEmpty, "the kernel is told once")
    let overlay = try fixture.find("overlay", stranger).node
    #expect(change.names.contains { $0.parent == overlay && $0.name == fixture.layerID })
    #expect(try change.nodes.contains(fixture.find("overlay-images/images.lock", stranger).node))
    #expect(throws: Errno.noSuchFileOrDirectory) {
      _ = try fixture.find("overlay/\(fixture.layerID)", stranger)
    }
  }

  @Test("holds for retired images too")
  func retired() throws {
    let fixture = try fixture(.owner)
    let rule = ImageAccess(owner: owner.uid, group: group, visibility: .owner)
    let next = try fixture.catalog.changing(fixture.id, access: rule)
      .removing(image: fixture.id).stamped(3)
    _ = fixture.tree.update(to: next, from: fixture.store)
    #expect(try !fixture.find("overlay/\(fixture.layerID)/diff", owner).isNegative)
    #expect(throws: Errno.noSuchFileOrDirectory) {
      _ = try fixture.find("overlay/\(fixture.layerID)", stranger)
    }
  }

  @Test("is decided by ids on the host, and asks for groups only where a rule names one")
  func viewers() throws {
    let fixture = try fixture(.owner)
    let view = try #require(fixture.tree.views.view(of: stranger.uid))
    let viewer = fixture.tree.viewer(of: view, fixture.tree.shelf)
    #expect(viewer == Viewer(user: stranger.uid, groups: []))
    #expect(fixture.tree.viewer(of: fixture.tree.views.open, fixture.tree.shelf) == nil)
    show(fixture, .group, generation: 3)
    #expect(
      fixture.tree.viewer(of: view, fixture.tree.shelf)?.groups == [stranger.uid])
    let one = fixture.tree.selection(of: view)
    #expect(fixture.tree.selection(of: view) === one, "it is made once")
    let other = try #require(fixture.tree.views.view(of: 3000))
    #expect(fixture.tree.selection(of: other) === one, "and shared by who sees the same")
  }
}
