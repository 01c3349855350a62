import Digests
import Linux
import StoreSimulation
import Synchronization
import Testing

@testable import Store

@Suite("The announcement of a layer")
struct AnnouncementTests {
  private let key = LayerKey(SHA256Digest.of([1].span.bytes))
  private let other = LayerKey(SHA256Digest.of([2].span.bytes))

  private func store(
    _ directory: any StoreDirectory, pid: Int32, now: Int64 = 1_000_000, dead: Set<Int32> = []
  ) throws -> Store {
    try Store.open(
      directory,
      surroundings: testSurroundings(now: now, pid: pid, isDead: { dead.contains($0) }))
  }

  @Test("is the first living writer's, until it is withdrawn or the writer ends")
  func exclusive() throws {
    let (_, directory) = try memoryStore()
    let one = try store(directory, pid: 1).stage(purpose: "one")
    let two = try store(directory, pid: 2).stage(purpose: "two")
    #expect(try one.announce(key))
    #expect(try one.announce(key), "again")
    #expect(try !two.announce(key))
    #expect(try two.announce(other))
    one.withdraw(key)
    #expect(try two.announce(key))
    #expect(try !one.announce(key) && !one.announce(other))
    two.finish()
    #expect(try one.announce(key) && one.announce(other))
    one.finish()
    #expect(directory.leftovers.isEmpty)
  }

  @Test("of a writer that is dead or whose time is over is worth nothing, and is cleared")
  func dead() throws {
    for (now, dead) in [(Int64(1_000_000), Set<Int32>([1])), (1_000_000 + 3700 + 60, [])] {
      let (_, directory) = try memoryStore()
      let one = try store(directory, pid: 1).stage(purpose: "one", for: 60)
      #expect(try one.announce(key))
      let survivor = try store(directory, pid: 2, now: now, dead: dead)
      let two = try survivor.stage(purpose: "two")
      #expect(try two.announce(key))
      #expect(try survivor.names(in: .staging).count == 2)
      two.finish()
      withExtendedLifetime(one) {}
      #expect(directory.leftovers.isEmpty)
    }
  }

  @Test("made while another's is being made leaves the one with the smaller token at least")
  func race() throws {
    for (seed, goesOn) in [(UInt64(1), true), (3, false)] {
      let (_, directory) = try memoryStore()
      let second = try Store.open(directory, surroundings: testSurroundings(pid: 2, seed: 2))
        .stage(purpose: "second")
      let answer = Mutex<Bool?>(nil)
      let gated = GatedDirectory(directory) { operation in
        // The first has found nobody.
        if operation.path.map({ LayerAnnouncement(name: $0.name) != nil }) == true,
          answer.withLock({ $0 == nil })
        {
          let isAnnounced = try? second.announce(key)
          answer.withLock { $0 = isAnnounced }
        }
        return .proceed
      }
      let first = try Store.open(gated, surroundings: testSurroundings(pid: 1, seed: seed))
        .stage(purpose: "first")
      #expect(try first.announce(key) == goesOn)
      #expect(answer.withLock { $0 } == true)
      first.finish()
      second.finish()
      #expect(directory.leftovers.isEmpty)
    }
  }

  @Test("changes when its writer gives a sign of life, and is not made again once withdrawn")
  func renewal() throws {
    let (_, directory) = try memoryStore()
    let staging = try store(directory, pid: 1).stage(purpose: "one")
    let reader = try store(directory, pid: 2)
    let nobody = WriterToken(rawValue: 0)
    #expect(try staging.announce(key))
    var seen = Set<String>()
    for _ in 0..<3 {
      let now = try reader.announcements(of: key, besides: nobody)
      #expect(now.count == 1 && seen.isDisjoint(with: now))
      seen.formUnion(now)
      try staging.renew(key)
    }
    #expect(try reader.announcements(of: key, besides: staging.owner.token).isEmpty)
    staging.withdraw(key)
    try staging.renew(key)
    try staging.renew(other)
    #expect(try reader.announcements(of: key, besides: nobody).isEmpty)
    staging.finish()
    #expect(directory.leftovers.isEmpty)
  }

  @Test("has a name that is read back, and no other name is one")
  func names() {
    let token = WriterToken(rawValue: 0xABC)
    let announcement = LayerAnnouncement(token: token, number: 7, key: key)
    #expect(LayerAnnouncement(name: announcement.name) == announcement)
    #expect(StagingOwner.token(ofTemporary: announcement.name) == token)
    let good = announcement.name
    for name in [
      "", ".", "....", String(good.dropFirst()), String(good.dropLast()), good + ".", good + "0",
      ".\(token).7", ".\(token).x.\(key)", ".\(token).7.\(key).1",
    ] {
      #expect(LayerAnnouncement(name: name) == nil, "\(name)")
    }
  }

  @Test("is no problem to a check")
  func check() throws {
    let (store, directory) = try memoryStore()
    let staging = try store.stage(purpose: "one")
    #expect(try staging.announce(key))
    #expect(store.check() == [])
    staging.finish()
    withExtendedLifetime(directory) {}
  }
}
