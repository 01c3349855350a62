import AdditionalImageStore
import FUSE
import ImageSamples
import Store
import Testing

@testable import ImageTree

/// A tree over a sample store, with two images and three kinds of user.
struct TreeFixture {
  let store: SampleStore
  let accounts: SampleAccounts
  let tree: ImageTree
  let record: ImageRecord
  let other: ImageRecord
  let catalog: Catalog
  /// The image's id, the ids of its layers and the digest that stands for its root.
  let id: String
  let layerID: String
  let keepIDLayerID: String
  let rootDigest: String

  static let root = Caller(uid: 0, gid: 0, pid: 1)
  /// A user with subordinate ids.
  static let user = Caller(uid: 1000, gid: 1000, pid: 2)
  /// A user without.
  static let plain = Caller(uid: 2000, gid: 2000, pid: 3)
  static let callers = [root, user, plain]

  init(objectLimit: Int = ImageTree.objectLimit) throws {
    store = try SampleStore()
    accounts = SampleAccounts(
      subordinate: [1000: SubordinateIDs.Range(first: 100_000, count: 65_536)])
    let layer = try store.layer(SampleTree.members)
    record = try store.publish(["quay.io/team/tool:1", "tool"], label: "tool", layers: [layer])
    let small = try store.layer([SampleMember("hello", .file(Array("hello\n".utf8)))])
    other = try store.publish(["quay.io/team"], label: "small", layers: [small])
    catalog = try store.catalog([record, other])
    let listed = try #require(
      ListedImage(attributeValue: record.attributes["podman"] ?? "", names: record.names))
    id = listed.id
    layerID = listed.layerID
    keepIDLayerID = listed.keepIDLayerID
    rootDigest = "\(listed.rootDigest)"
    tree = ImageTree(accounts: accounts, objectLimit: objectLimit)
    _ = tree.update(to: catalog, from: store)
  }

  /// The layer directory as a caller finds it through `self`.
  func layer(_ caller: Caller, keepID: Bool = false) throws -> Entry {
    let id = keepID ? keepIDLayerID : layerID
    return try find("overlay/\(id)", caller)
  }

  /// A path in the view of a caller.
  func find(_ path: String, _ caller: Caller) throws -> Entry {
    try tree.find("views/\(caller.uid)/\(path)", caller: caller)
  }

  /// The content of a file in the view of a caller.
  func content(_ path: String, _ caller: Caller) throws -> [UInt8] {
    try tree.content(of: try find(path, caller), caller: caller)
  }
}
