import FUSE
import ImageSamples
import OCI
import SystemPackage
import Testing

@testable import ImageTree
@testable import Store

@Suite("Several stores in one tree")
struct SeveralStoresTests {
  private let caller = TreeFixture.plain

  /// Two stores: `shared` is another image in each, `same` one image in both.
  private struct Stores {
    let first: SampleStore
    let second: SampleStore
    let tree: ImageTree
    let catalogs: [Catalog]
    let ids: [String: String]

    init(shown: Bool = true) throws {
      var ids: [String: String] = [:]
      func store(_ images: [(names: [String], label: String)]) throws -> (SampleStore, Catalog) {
        let store = try SampleStore()
        let records = try images.map { names, label in
          let layer = try store.layer([SampleMember("label", .file(Array(label.utf8)))])
          let record = try store.publish(names, label: label, layers: [layer])
          ids[label] = record.id
          return record
        }
        return (store, try store.catalog(records))
      }
      let (first, one) = try store([(["shared"], "first's"), (["same", "mine"], "same")])
      let (second, two) = try store([
        (["shared", "other"], "second's"), (["same", "yours"], "same"), (["late"], "late"),
      ])
      (self.first, self.second, self.ids, catalogs) = (first, second, ids, [one, two])
      tree = ImageTree(stores: 2, accounts: SampleAccounts())
      if shown { show() }
    }

    func show() {
      _ = tree.update(store: 0, to: catalogs[0], from: first)
      _ = tree.update(store: 1, to: catalogs[1], from: second)
    }
  }

  private func label(_ name: String, _ tree: ImageTree) throws -> String {
    let file = try tree.find("images/\(name)/root/label", caller: caller)
    return String(decoding: try tree.content(of: file, caller: caller), as: UTF8.self)
  }

  private func names(_ tree: ImageTree) throws -> [String] {
    let images = try tree.find("images/", caller: caller)
    return try tree.allEntries(of: images.node, caller: caller)
      .map { String(decoding: $0.name, as: UTF8.self) }.filter { !$0.hasPrefix(".") }
  }

  @Test("shows the images of both, and of one name the first store's")
  func union() throws {
    let stores = try Stores()
    let tree = stores.tree
    #expect(try names(tree) == ["late", "mine", "other", "same", "shared", "yours"])
    #expect(try label("shared", tree) == "first's")
    #expect(try label("other", tree) == "second's")
    #expect(try label("late", tree) == "late")
    #expect(try label("yours", tree) == "same")
    let one = try tree.find("images/mine/root/label", caller: caller)
    #expect(try tree.find("images/yours/root/label", caller: caller).node == one.node)
    let late = try tree.find("images/late/root", caller: caller)
    #expect(NodeAddress(late.node).image == 1 << 19 | 3)
  }

  @Test("gives Podman each image and each name once")
  func documents() throws {
    let tree = try Stores().tree
    let file = try tree.find("views/2000/overlay-images/images.json", caller: caller)
    let images = try #require(
      try JSONValue(parsing: try tree.content(of: file, caller: caller)).array)
    #expect(images.count == 4)
    #expect(Set(images.compactMap { $0["id"]?.string }).count == 4)
    let names = images.flatMap { $0["names"]?.array ?? [] }.compactMap(\.string)
    #expect(Set(names).count == names.count)
    #expect(names.count == 6)
  }

  @Test("follows each store by itself, in any order, and shows what there is")
  func separately() throws {
    let stores = try Stores(shown: false)
    let tree = stores.tree
    #expect(try names(tree).isEmpty)
    _ = tree.update(store: 1, to: stores.catalogs[1], from: stores.second)
    #expect(try label("shared", tree) == "second's")
    #expect(try label("same", tree) == "same")
    let node = try tree.find("images/late/root", caller: caller).node
    _ = tree.update(store: 0, to: stores.catalogs[0], from: stores.first)
    #expect(try label("shared", tree) == "first's")
    #expect(try tree.find("images/late/root", caller: caller).node == node)
    let id = try #require(stores.ids["first's"])
    let next = try stores.catalogs[0].removing(image: id).stamped(9)
    _ = tree.update(store: 0, to: next, from: stores.first)
    #expect(try label("shared", tree) == "second's")
    #expect(tree.oldestGeneration(ofStore: 0) == 9)
    #expect(tree.oldestGeneration(ofStore: 1) == 1)
    #expect(tree.shelf.modified == 9000)
  }

  @Test("gives a name whose first image is hidden from a user to the next, for that user")
  func hidden() throws {
    let stores = try Stores()
    let rule = ImageAccess(owner: 1000, group: 0, visibility: .owner)
    let next = try stores.catalogs[0].changing("shared", access: rule).stamped(2)
    _ = stores.tree.update(store: 0, to: next, from: stores.first)
    #expect(try label("shared", stores.tree) == "second's")
    let file = try stores.tree.find("images/shared/root/label", caller: TreeFixture.user)
    #expect(
      try stores.tree.content(of: file, caller: TreeFixture.user) == Array("first's".utf8))
  }

  @Test("does not show an image whose number is too large for so many stores, and says so")
  func largeNumber() throws {
    let stores = try Stores()
    let text = try #require(stores.catalogs[1].images.last)
    var catalog = stores.catalogs[1]
    var large = text
    large.number = 1 << 19
    catalog.images = [large]
    let change = stores.tree.update(store: 1, to: catalog, from: stores.second)
    #expect(change.unshown == [large.id])
    #expect(try names(stores.tree) == ["mine", "same", "shared"])
    let alone = ImageTree(accounts: SampleAccounts())
    #expect(alone.update(to: catalog, from: stores.second).unshown.isEmpty)
  }
}
