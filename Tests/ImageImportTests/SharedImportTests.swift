import Failures
import ImageSamples
import StoreSimulation
import Synchronization
import Testing

@testable import ImageImport
@testable import Store

@Suite("Imports that share layers")
struct SharedImportTests {
  private let base: ArchivedLayer
  private let tops: [ArchivedLayer]

  init() throws {
    base = try ArchivedLayer(["base": SampleBytes.noise(60_000, seed: 1)])
    tops = try (0..<3).map { try ArchivedLayer(["top": [UInt8($0)]]) }
  }

  /// Waits until a condition holds; a minute is for ever.
  private func eventually(_ condition: () async throws -> Bool) async throws {
    for _ in 0..<6000 {
      if try await condition() { return }
      try await Task.sleep(for: .milliseconds(10))
    }
    Issue.record("it did not come to that")
  }

  private func sharing(_ patience: Duration = .seconds(60)) -> LayerSharing {
    var sharing = LayerSharing(patience: patience)
    sharing.smallest = 10_000
    sharing.firstPause = .milliseconds(5)
    sharing.longestPause = .milliseconds(20)
    return sharing
  }

  private func run(
    _ importer: Importer, _ source: StubSource, as name: String, _ events: Events = Events()
  ) async throws -> ImportSummary {
    try await importer.run(ImportRequest(names: [name], text: "import \(name)"), from: source) {
      events.add($0)
    }
  }

  @Test("in one command fetch each layer once", arguments: [UInt64(10_000), 10_000_000])
  func command(smallest: UInt64) async throws {
    let fixture = try ImportFixture()
    var sharing = sharing()
    sharing.smallest = smallest
    let importer = Importer(fixture.store, sharing: sharing, logger: fixture.log.logger)
    let gate = Gate()
    let sources = try tops.enumerated().map { index, top in
      try StubSource([base, top], label: "\(index)") { if $0 == 1 { await gate.wait() } }
    }
    let events = [Events(), Events(), Events()]
    try await withThrowingTaskGroup(of: ImportSummary.self) { group in
      for (index, source) in sources.enumerated() {
        group.addTask { try await run(importer, source, as: "image-\(index)", events[index]) }
      }
      try await eventually { events.count { $0.kinds.contains("waiting 1") } == 2 }
      gate.open()
      var fetched = 0
      for try await summary in group { fetched += summary.fetchedLayers }
      #expect(fetched == 4)
    }
    #expect(sources.reduce(0) { $0 + $1.fetched.value } == 4)
    #expect(events.count { $0.kinds.contains("reused 1") } == 2)
    for index in 0..<3 {
      #expect(try fixture.content("top", of: "image-\(index)") == [UInt8(index)])
      #expect(
        try fixture.content("base", of: "image-\(index)") == SampleBytes.noise(60_000, seed: 1))
    }
    #expect(fixture.store.check(.data).isEmpty)
    #expect(try fixture.files("staging").isEmpty)
    #expect(try fixture.files("layers").count == 4)
  }

  @Test("find what others have published since their session began")
  func lateJoin() async throws {
    let fixture = try ImportFixture()
    let importer = Importer(fixture.store, sharing: sharing(), logger: fixture.log.logger)
    let gate = Gate()
    let slow = try StubSource([tops[0]], label: "0") { _ in await gate.wait() }
    async let first = run(importer, slow, as: "slow")
    try await eventually { slow.fetched.value > 0 }
    // Another command has its own session.
    try await fixture.run(try StubSource([base], label: "other"), as: ["other"])
    let late = try StubSource([base, tops[1]], label: "1")
    let summary = try await run(importer, late, as: "late")
    #expect(summary.fetchedLayers == 1 && summary.reusedLayers == 1)
    #expect(late.fetched.value == 1)
    gate.open()
    let one = try await first
    #expect(one.fetchedLayers == 1)
    #expect(
      try fixture.content("base", of: "late") == SampleBytes.noise(60_000, seed: 1))
    #expect(fixture.store.check(.data).isEmpty)
    #expect(try fixture.files("staging").isEmpty)
  }

  @Test("go on with their own source where that of another fails")
  func failing() async throws {
    let fixture = try ImportFixture()
    let importer = Importer(fixture.store, sharing: sharing(), logger: fixture.log.logger)
    let gate = Gate()
    let bad = try StubSource([base, tops[0]], label: "0", failingAfter: 1000) { position in
      if position == 1 { await gate.wait() }
    }
    let good = try StubSource([base, tops[1]], label: "1")
    let events = Events()
    async let first = run(importer, bad, as: "bad")
    try await eventually { bad.fetched.value > 0 }
    async let second = run(importer, good, as: "good", events)
    try await eventually { events.kinds.contains("waiting 1") }
    gate.open()
    let result: ImportSummary?
    do { result = try await first } catch is Failure { result = nil }
    #expect(result == nil)
    let other = try await second
    #expect(other.fetchedLayers == 2)
    #expect(try fixture.store.newest().images.map(\.names) == [["good"]])
    #expect(fixture.store.check(.data).isEmpty)
  }

  /// Two importers as on two hosts, and a gate that holds the first when it fetches the base.
  private func twoHosts(
    patience: Duration, silence: Duration = .seconds(60),
    firstIsDead: @escaping @Sendable () -> Bool = { false },
    _ body: (
      _ gate: Gate, _ first: @escaping @Sendable () async throws -> ImportSummary,
      _ second: Importer, _ store: Store
    ) async throws -> Void
  ) async throws {
    let (store, directory) = try memoryStore()
    let gate = Gate()
    let logger = RecordingLog().logger
    let source = try StubSource([base, tops[0]], label: "0") { if $0 == 1 { await gate.wait() } }
    let one = try Store.open(directory, surroundings: testSurroundings(pid: 11))
    let two = try Store.open(
      directory,
      surroundings: testSurroundings(pid: 12, isDead: { $0 == 11 && firstIsDead() }))
    let importer = Importer(one, sharing: sharing(), logger: logger)
    var waiting = sharing(patience)
    waiting.silence = silence
    try await body(
      gate, { try await run(importer, source, as: "first") },
      Importer(two, sharing: waiting, logger: logger), store)
    #expect(store.check(.data).isEmpty)
    #expect(try store.names(in: .staging).isEmpty)
  }

  private func isAnnounced(_ store: Store) throws -> Bool {
    try store.names(in: .staging).contains { LayerAnnouncement(name: $0) != nil }
  }

  @Test("on two hosts wait for each other, and fetch a large layer once")
  func hosts() async throws {
    let source = try StubSource([base, tops[1]], label: "1")
    let events = Events()
    try await twoHosts(patience: .seconds(60)) { gate, first, second, store in
      async let one = first()
      try await eventually { try isAnnounced(store) }
      async let two = run(second, source, as: "second", events)
      try await eventually { events.kinds.contains("waiting 1") }
      gate.open()
      let fetched = try await (one.fetchedLayers, two.fetchedLayers)
      #expect(fetched == (2, 1))
      #expect(events.kinds.contains("reused 1"))
    }
    #expect(source.fetched.value == 1)
  }

  @Test(
    "on two hosts wait no longer than they were told, nor for one that gives no sign of life",
    arguments: [
      (Duration.milliseconds(50), Duration.seconds(60)), (.seconds(3600), .milliseconds(50)),
    ])
  func patience(patience: Duration, silence: Duration) async throws {
    let source = try StubSource([base, tops[1]], label: "1")
    try await twoHosts(patience: patience, silence: silence) { gate, first, second, store in
      async let one = first()
      try await eventually { try isAnnounced(store) }
      let two = try await run(second, source, as: "second")
      #expect(two.fetchedLayers == 2)
      gate.open()
      _ = try await one
      #expect(try store.newest().images.count == 2)
    }
  }

  @Test("on two hosts do not wait for one that is known to be dead")
  func dead() async throws {
    let source = try StubSource([base, tops[1]], label: "1")
    let events = Events()
    try await twoHosts(patience: .seconds(3600), firstIsDead: { true }) {
      gate, first, second, store in
      async let one = first()
      try await eventually { try isAnnounced(store) }
      _ = try await run(second, source, as: "second", events)
      #expect(!events.kinds.contains("waiting 1"))
      gate.open()
      // Its staging was cleared: the living must not take it for theirs.
      do {
        _ = try await one
        Issue.record("it counted on what was cleared")
      } catch { #expect(Failure(presenting: error).code == .tryAgain) }
      #expect(try store.newest().images.flatMap(\.names) == ["second"])
    }
    #expect(source.fetched.value == 2)
  }
}

/// Holds tasks until it is opened.
private final class Gate: Sendable {
  private struct State {
    var isOpen = false
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  private let state = Mutex(State())

  func wait() async {
    await withCheckedContinuation { continuation in
      let isOpen = state.withLock { state in
        if !state.isOpen { state.waiting.append(continuation) }
        return state.isOpen
      }
      if isOpen { continuation.resume() }
    }
  }

  func open() {
    let waiting = state.withLock { state in
      state.isOpen = true
      defer { state.waiting = [] }
      return state.waiting
    }
    for continuation in waiting { continuation.resume() }
  }
}
