import FUSE
import ImageSamples
import Linux
import Store
import SystemPackage
import Testing

@testable import ImageTree
@testable import NodeService

@Suite("A tree that follows a store's generations")
struct FollowingTests {
  private let caller = TreeCaller.user

  private func names(_ tree: ImageTree) throws -> [String] {
    let images = try tree.find("images/", caller: caller)
    return try tree.allEntries(of: images.node, caller: caller)
      .map { String(decoding: $0.name, as: UTF8.self) }.filter { !$0.hasPrefix(".") }
  }

  @Test("shows each generation when it is told of it")
  func follow() throws {
    let directory = try TemporaryDirectory()
    let sample = try SampleStore()
    let store = try Store.create(
      at: PosixDirectory(directory.path.appending("store")), parameters: sample.parameters)
    var follower = try GenerationFollower(store)
    let source = StoreContent(store, cacheSize: 1 << 20, logger: RecordingLog().logger)
    let tree = ImageTree(accounts: SampleAccounts())
    _ = tree.update(to: follower.current, from: source)
    #expect(try names(tree).isEmpty)

    try sample.publish(["one"], in: store)
    #expect(try names(tree).isEmpty, "nobody has told it")
    _ = tree.update(to: try #require(try follower.next()), from: source)
    #expect(try names(tree) == ["one"])
    #expect(try follower.next() == nil)

    try sample.publish(["two"], in: store)
    try store.publish("remove one") { catalog throws(StoreError) in
      try catalog.removing(name: "one")
    }
    while let catalog = try follower.next() { _ = tree.update(to: catalog, from: source) }
    #expect(try names(tree) == ["two"])
    let file = try tree.find("images/two/root/empty", caller: caller)
    #expect(try tree.content(of: file, caller: caller).isEmpty)
    #expect(store.check().isEmpty)
  }

  @Test("shows what is there when the server starts, and refuses what is no store")
  func start() throws {
    let directory = try TemporaryDirectory()
    let sample = try SampleStore()
    let path = directory.path.appending("store")
    let store = try Store.create(at: PosixDirectory(path), parameters: sample.parameters)
    try sample.publish(["one"], in: store)
    let log = RecordingLog()
    _ = try StoreServer(
      [ServedStore(store)], accounts: SampleAccounts(), options: StoreServer.Options(),
      logger: log.logger)
    try Paths.rename(path.appending("generations"), to: path.appending("gone"))
    #expect(throws: StoreError.self) {
      _ = try StoreServer(
        [ServedStore(store)], accounts: SampleAccounts(), options: StoreServer.Options(),
        logger: log.logger)
    }
    #expect(log.lines.isEmpty)
  }
}
