import Linux
import Synchronization
import SystemPackage
import Testing

@testable import Store

@Suite("Publishing")
struct PublishTests {
  @Test("an import becomes one generation, seen whole, with nothing left over")
  func importOnce() throws {
    let (store, directory) = try memoryStore()
    let catalog = try Sample("a").publish(to: store)
    #expect(catalog.generation == 2)
    #expect(try store.newest() == catalog)
    let image = try catalog.image("a")
    #expect(image.imported == 1_000_000)
    let object = try store.imageObject(image.object)
    #expect(object.rootIdentity == image.rootIdentity)
    #expect(try store.recipe(object.layers[0])?.diffID == Sample("a").diffID)
    #expect(catalog.operation.text == "import a")
    #expect(catalog.operation.writer == "tester@here")
    #expect(directory.leftovers.isEmpty)
    #expect(store.check(.data) == [])
  }

  @Test("at most four new files per image, apart from packs")
  func fileCount() throws {
    let (store, directory) = try memoryStore()
    let before = Set(directory.paths)
    try Sample("a").publish(to: store)
    let new = Set(directory.paths).subtracting(before)
    #expect(new.filter { $0.area != .packs }.count == 4)
    #expect(new.filter { $0.area == .packs }.count == 1)
  }

  @Test("content that is there already is not stored again")
  func deduplication() throws {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1, 2], small: ["one", "two"]).publish(to: store)
    try Sample("b", blocks: [2, 1, 2], small: ["two", "one"]).publish(to: store)
    #expect(directory.paths.filter { $0.area == .packs }.count == 1)
    try Sample("c", blocks: [2, 3], small: ["two", "three"]).publish(to: store)
    let packs = try store.newest().packs
    #expect(packs.count == 2)
    let object = try store.imageObject(try store.newest().image("c").object)
    #expect(object.fragments[0].pieces.count == 2)
    #expect(object.fragments[0].wholeBlock(in: object.blocks.map(\.record)) == nil)
    #expect(store.check(.data) == [])
  }

  @Test("the same image again keeps its number and names; the old object is retired")
  func again() throws {
    let (store, _) = try memoryStore()
    let first = try Sample("a").publish(to: store)
    let second = try Sample("a").publish(to: store)
    #expect(second.images.map(\.names) == first.images.map(\.names))
    #expect(second.images.map(\.number) == [1])
    #expect(second.retired.map(\.image.object) == first.images.map(\.object))
    #expect(second.packs == first.packs)
    let third = try Sample("a").publish(to: store, names: ["other"])
    #expect(try third.image("other").names == ["a", "other"])
    #expect(try third.image("other").number == 1)
  }

  @Test("a change that throws publishes nothing and leaves nothing")
  func refusal() throws {
    let (store, directory) = try memoryStore()
    #expect(throws: StoreError.imageNotFound("x")) {
      try store.publish("tag") { (catalog) throws(StoreError) in
        try catalog.tagging("x", as: "y")
      }
    }
    #expect(try store.newest().generation == 1)
    #expect(directory.leftovers.isEmpty)
  }

  @Test("a change that was overtaken is made again on what the winner published")
  func overtaken() throws {
    let (store, _) = try memoryStore()
    try Sample("a").publish(to: store)
    let isFirst = Mutex(true)
    let calls = Mutex(0)
    let catalog = try store.publish("tag late") { (catalog) throws(StoreError) in
      calls.withLock { $0 += 1 }
      let intrude = isFirst.withLock { value in
        defer { value = false }
        return value
      }
      if intrude {
        _ = try store.publish("tag early") { (catalog) throws(StoreError) in
          try catalog.tagging("a", as: "early")
        }
      }
      return try catalog.tagging("a", as: "late")
    }
    #expect(calls.withLock { $0 } == 2)
    #expect(try catalog.image("early").names == ["a", "early", "late"])
    #expect(catalog.generation == 4)
    #expect(store.check() == [])
  }

  @Test("a writer that never gets its turn gives up, and leaves nothing")
  func limit() throws {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    let tags = Mutex(0)
    #expect(throws: StoreError.overtaken(attempts: Store.mostAttempts)) {
      try store.publish("slow") { (catalog) throws(StoreError) in
        let tag = tags.withLock { tags in
          tags += 1
          return tags
        }
        _ = try store.publish("fast") { (catalog) throws(StoreError) in
          let untagged = tag == 1 ? catalog : try catalog.removing(name: "tag\(tag - 1)")
          return try untagged.tagging("a", as: "tag\(tag)")
        }
        return try catalog.tagging("a", as: "slow")
      }
    }
    #expect(directory.leftovers.isEmpty)
  }

  @Test("many importers at once lose nothing", arguments: [2, 8, 24])
  func concurrentImports(_ count: Int) throws {
    let (store, directory) = try memoryStore()
    let failures = Mutex<[String]>([])
    let threads = try (0..<count).map { number in
      try JoinableThread {
        do {
          let own = try Store.open(directory, surroundings: testSurroundings(pid: Int32(number)))
          let sample = Sample(
            "image\(number)", blocks: [UInt64(number % 3), 100 + UInt64(number)],
            small: ["shared", "own \(number)"])
          try sample.publish(to: own)
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(failures.withLock { $0 } == [])
    let catalog = try store.newest()
    #expect(catalog.generation == UInt64(count) + 1)
    #expect(Set(catalog.images.flatMap(\.names)) == Set((0..<count).map { "image\($0)" }))
    #expect(Set(catalog.images.map(\.number)).count == count)
    #expect(directory.leftovers.isEmpty)
    #expect(store.check(.data) == [])
  }

  @Test("the same tag published by many at once: one wins, all images stay reachable by digest")
  func concurrentTag() throws {
    let (store, directory) = try memoryStore()
    let threads = try (0..<8).map { number in
      try JoinableThread {
        let sample = Sample("image\(number)", blocks: [UInt64(number)])
        _ = try? sample.publish(to: store, names: ["latest"])
      }
    }
    for thread in threads { thread.join() }
    let catalog = try store.newest()
    #expect(catalog.images.count == 8)
    #expect(catalog.images.filter { $0.names == ["latest"] }.count == 1)
    for number in 0..<8 {
      #expect(throws: Never.self) { try catalog.image(Sample("image\(number)").configDigest) }
    }
    #expect(directory.leftovers.isEmpty)
    #expect(store.check() == [])
  }

  @Test("a link that happened although it was reported as failed is recognised")
  func repeatedLink() throws {
    let (_, directory) = try memoryStore()
    let store = try Store.open(LyingDirectory(directory), surroundings: testSurroundings())
    let catalog = try store.publish("test") { (catalog) throws(StoreError) in
      catalog.adding(packs: [])
        .adding(run: IndexRunRecord(id: testDigest(1), size: 1, blocks: 1, pieces: 0))
    }
    #expect(catalog.generation == 2)
    #expect(try store.newest() == catalog)
  }

  @Test("a file system without hard links is named as such")
  func linkRefused() throws {
    let (_, directory) = try memoryStore()
    let store = try Store.open(
      LyingDirectory(directory, refusal: .notPermitted), surroundings: testSurroundings())
    let error = #expect(throws: StoreError.self) { try Sample("a").publish(to: store) }
    guard case .linkRefused = try #require(error) else {
      Issue.record("another error: \(error as Any)")
      return
    }
    #expect(directory.leftovers.isEmpty)
    #expect(try store.newest().generation == 1)
  }
}
