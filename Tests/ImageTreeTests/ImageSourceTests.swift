import FUSE
import ImageSamples
import Linux
import Store
import Synchronization
import SystemPackage
import Testing

@testable import ImageTree

@Suite("Where an image is read from")
struct ImageSourceTests {
  private let caller = TreeFixture.plain

  /// A source that gives each image one of its own, and notes what is asked of which.
  private final class Splitting: ContentSource {
    let base: SampleStore
    let image: String
    let asked: Mutex<[String]>?
    let parent: Splitting?

    init(_ base: SampleStore) {
      (self.base, image, parent) = (base, "", nil)
      asked = Mutex([])
    }

    init(_ parent: Splitting, _ image: String) {
      (base, self.image, self.parent) = (parent.base, image, parent)
      asked = nil
    }

    var log: [String] { asked?.withLock { $0 } ?? [] }

    private func note(_ what: String) {
      (parent ?? self).asked?.withLock { $0.append("\(image) \(what)") }
    }

    func source(of record: ImageRecord) -> any ContentSource {
      note("source of \(record.names[0])")
      return Splitting(self, record.names[0])
    }

    func object(of record: ImageRecord) throws(Errno) -> ImageObject {
      note("object")
      return try base.object(of: record)
    }

    func content(
      of block: BlockRecord, at location: BlockLocation, parameters: StoreParameters
    ) throws(Errno) -> SharedBuffer {
      note("content")
      return try base.content(of: block, at: location, parameters: parameters)
    }

    func storedBytes(
      of block: BlockRecord, at location: BlockLocation
    ) throws(Errno) -> SharedBuffer {
      note("stored")
      return try base.storedBytes(of: block, at: location)
    }

    func storedForm(
      of content: [UInt8], parameters: StoreParameters
    ) throws(Errno) -> BlockEncoder.Block {
      try base.storedForm(of: content, parameters: parameters)
    }
  }

  private func tree(_ objectLimit: Int = ImageTree.objectLimit) throws -> (ImageTree, Splitting) {
    let store = try SampleStore()
    let records = try ["a", "b"].map { name in
      let layer = try store.layer([SampleMember("file", .file(Array("the \(name)".utf8)))])
      return try store.publish([name], label: name, layers: [layer])
    }
    let tree = ImageTree(accounts: SampleAccounts(), objectLimit: objectLimit)
    let source = Splitting(store)
    _ = tree.update(to: try store.catalog(records), from: source)
    return (tree, source)
  }

  private func read(_ name: String, _ tree: ImageTree) throws -> String {
    let file = try tree.find("images/\(name)/root/file", caller: caller)
    return String(decoding: try tree.content(of: file, caller: caller), as: UTF8.self)
  }

  @Test("is asked for when its object is first needed, and then holds for all of it")
  func own() throws {
    let (tree, source) = try tree()
    #expect(source.log.isEmpty)
    for _ in 0..<2 { #expect(try read("b", tree) == "the b") }
    #expect(source.log.prefix(3) == [" source of b", "b object", "b content"])
    #expect(source.log.allSatisfy { $0.hasPrefix("b ") || $0 == " source of b" })
    #expect(try read("a", tree) == "the a")
    #expect(source.log.contains("a object") && source.log.contains("a content"))
    #expect(source.log.filter { $0.contains("source of") } == [" source of b", " source of a"])
  }

  @Test("is asked for again when the object was let go of")
  func again() throws {
    let (tree, source) = try tree(1)
    for name in ["a", "b", "a"] { #expect(try read(name, tree) == "the \(name)") }
    #expect(source.log.filter { $0.contains("source of a") }.count == 2)
    #expect(source.log.filter { $0 == "a object" }.count == 2)
  }

  @Test("is the store itself where that makes no difference")
  func plain() throws {
    let store = try SampleStore()
    let record = try store.publish(["a"], label: "a", layers: [try store.layer([])])
    #expect(store.source(of: record) as? SampleStore === store)
  }

  @Test("is counted: so many images are shown, and so many cannot be")
  func counts() throws {
    let (tree, source) = try tree()
    #expect(tree.imageCounts(ofStore: 0) == (shown: 2, unshown: 0))
    let store = source.base
    var bare = try store.publish(["c"], label: "c", layers: [try store.layer([])])
    bare.attributes = [:]
    _ = tree.update(to: try store.catalog([bare], generation: 2), from: source)
    #expect(tree.imageCounts(ofStore: 0) == (shown: 0, unshown: 1))
  }
}
