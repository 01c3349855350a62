import StoreSimulation
import Testing

@testable import Store

@Suite("The history")
struct HistoryTests {
  /// A store with so many generations.
  private func store(generations: Int) throws -> (store: Store, directory: MemoryDirectory) {
    let (store, directory) = try memoryStore()
    try Sample("a").publish(to: store)
    try Sample("b").publish(to: store)
    for number in 3..<generations {
      try store.publish("tag \(number)") { (catalog) throws(StoreError) in
        try catalog.tagging(number % 2 == 0 ? "a" : "b", as: "moving")
      }
    }
    return (store, directory)
  }

  /// Archives, then removes the generations.
  private func collect(_ store: Store, through last: UInt64, full: UInt64 = 4096) throws {
    let staging = try store.stage(purpose: "test")
    defer { staging.finish() }
    try staging.archiveOperations(through: last, fullAt: full)
    for number in try store.generations() where number <= last {
      try store.removeIfPresent(.generation(number))
    }
  }

  private func files(_ directory: MemoryDirectory) -> [String] {
    directory.paths.filter { $0.area == .history }.map(\.name)
  }

  @Test("grows by merging what is not full, and does not write full files again")
  func growth() throws {
    let (store, directory) = try store(generations: 30)
    let before = try store.history()
    try collect(store, through: 4, full: 10)
    #expect(files(directory) == ["1-4"])
    try collect(store, through: 12, full: 10)
    #expect(files(directory) == ["1-12"])
    let bytes = directory.bytes(StorePath(.history, "1-12"))
    try collect(store, through: 15, full: 10)
    #expect(files(directory) == ["1-12", "13-15"])
    try collect(store, through: 23, full: 10)
    #expect(files(directory) == ["1-12", "13-23"])
    #expect(directory.bytes(StorePath(.history, "1-12")) == bytes)
    #expect(try store.history() == before)
  }

  @Test("has each operation once, though files overlap and generations came back")
  func overlaps() throws {
    let (store, directory) = try store(generations: 12)
    let before = try store.history()
    let generations = directory.copy()
    try collect(store, through: 3)
    let first = try #require(directory.bytes(StorePath(.history, "1-3")))
    try collect(store, through: 9)
    _ = try directory.create(StorePath(.history, "1-3"))
    directory.tamper(StorePath(.history, "1-3")) { $0 = first }
    for number: UInt64 in [2, 5, 6] {
      _ = try directory.create(.generation(number))
      directory.tamper(.generation(number)) { $0 = generations.bytes(.generation(number)) ?? [] }
    }
    #expect(try store.history() == before)
    try collect(store, through: 10)
    #expect(files(directory) == ["1-10"])
    #expect(try store.history() == before)
  }

  @Test("tells what only a generation knows that came back when a file is lost")
  func lost() throws {
    let (store, directory) = try store(generations: 12)
    let fifth = try #require(directory.bytes(.generation(5)))
    try collect(store, through: 9)
    directory.remove(StorePath(.history, "1-9"))
    _ = try directory.create(.generation(5))
    directory.tamper(.generation(5)) { $0 = fifth }
    #expect(try store.history().map(\.generation) == [5, 10, 11, 12])
  }

  @Test("is complete when two write it at once, in every order")
  func twoWriters() throws {
    let (_, start) = try store(generations: 10)
    let before = try Store.open(start, surroundings: testSurroundings()).history()
    func writer(_ last: UInt64) -> Interleaving<MemoryDirectory>.Actor {
      Interleaving<MemoryDirectory>.Actor("writer through \(last)") { directory, turn in
        let store = try turn.store(directory)
        let staging = try store.stage(purpose: "test")
        defer { staging.finish() }
        for end in [last - 3, last] {
          try staging.archiveOperations(through: end)
          for number in 1...end { try store.removeIfPresent(.generation(number)) }
        }
      }
    }
    let both = Interleaving([writer(5), writer(7)], prepare: { start.copy() }) {
      directory, outcome in
      try outcome.requireNoErrors()
      let store = try Store.open(directory, surroundings: testSurroundings())
      let history = try store.history()
      try require(history == before, "the history is \(history.map(\.generation))")
    }
    try both.explore(preemptions: 2, limit: 1500)
    try both.explore(random: 200, seed: 1)
  }

  @Test(
    "ignores names that are none of its files",
    arguments: ["1", "2-1", "0-3", "01-3", "1-3-5", "a-b", "1-", "-1", "+1-3"])
  func names(name: String) {
    #expect(HistoryFile.Name(name: name) == nil)
  }

  @Test("takes no file for a good one whose content is another's or in disorder")
  func damage() throws {
    let entry = HistoryEntry(
      generation: 2, operation: Operation(text: "", writer: "", time: 0, token: ""))
    let name = HistoryFile.Name(first: 1, last: 3)
    try HistoryFile(name, [entry]).validate(as: name)
    #expect(throws: FormatError.self) {
      try HistoryFile(name, [entry]).validate(as: HistoryFile.Name(first: 1, last: 4))
    }
    #expect(throws: FormatError.self) { try HistoryFile(name, [entry, entry]).validate(as: name) }
    var far = entry
    far.generation = 4
    #expect(throws: FormatError.self) { try HistoryFile(name, [far]).validate(as: name) }
  }
}
