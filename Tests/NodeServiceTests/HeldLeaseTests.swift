import ImageSamples
import Linux
import Store
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import NodeService

@Suite("A server's lease")
struct HeldLeaseTests {
  private let log = RecordingLog()

  /// A store whose clock a test sets.
  private struct Clocked {
    let store: Store
    let directory: TemporaryDirectory
    let clock: SettableClock

    init() throws {
      directory = try TemporaryDirectory()
      let clock = SettableClock()
      self.clock = clock
      store = try Store.create(
        at: PosixDirectory(directory.path.appending("store")),
        parameters: StoreParameters(blockSize: 4096, level: 3),
        surroundings: Surroundings(now: { clock.seconds.withLock { $0 } }))
    }

    var only: Lease? {
      get throws {
        let leases = try store.leases()
        #expect(leases.count <= 1)
        return leases.first
      }
    }
  }

  final class SettableClock: Sendable {
    let seconds = Mutex<Int64>(1_000_000)
    func pass(_ more: Int64) { seconds.withLock { $0 += more } }
  }

  private func held(_ clocked: Clocked, seconds: Int64 = 86_400) -> HeldLease {
    HeldLease(clocked.store, for: seconds, purpose: "a test", logger: log.logger)
  }

  @Test("is taken once, renewed at a quarter of its time, and ends with the server")
  func life() throws {
    let clocked = try Clocked()
    var held = held(clocked)
    #expect(try clocked.only == nil)
    #expect(held.standing.state == .waiting && held.standing.generation == nil)
    held.keep(from: 1, at: 0)
    #expect(held.standing.state == .held && held.standing.generation == 1)
    #expect(held.standing.expiresAt == 1_086_400)
    #expect(held.standing.expires == "1970-01-13T13:46:40Z")
    let first = try #require(try clocked.only)
    #expect(first.generation == 1)
    #expect(first.expires == 1_086_400)
    #expect(clocked.store.note(of: first)?.purpose == "a test")
    clocked.clock.pass(21_599)
    held.keep(from: 1, at: 21_599)
    #expect(try clocked.only == first, "most of the time nothing is done")
    clocked.clock.pass(1)
    held.keep(from: 1, at: 21_600)
    #expect(try clocked.only?.expires == 1_108_000)
    #expect(try clocked.only?.token == first.token)
    held.release()
    #expect(try clocked.only == nil)
    held.release()
    #expect(log.lines.isEmpty)
  }

  @Test("follows the generation at most once an hour, and goes back at once")
  func moving() throws {
    let clocked = try Clocked()
    var held = held(clocked)
    held.keep(from: 3, at: 0)
    for (now, generation, expected) in [
      (10, 4, 3), (3599, 9, 3), (3600, 9, 9), (3601, 10, 9), (3700, 5, 5), (7200, 12, 5),
      (7300, 12, 12),
    ] as [(Double, UInt64, UInt64)] {
      held.keep(from: generation, at: now)
      #expect(try clocked.only?.generation == expected, "at \(now)")
    }
  }

  @Test("that ended and was cleared is taken anew")
  func cleared() throws {
    let clocked = try Clocked()
    var held = held(clocked)
    held.keep(from: 1, at: 0)
    let first = try #require(try clocked.only)
    try clocked.store.release(first)
    held.keep(from: 2, at: 30_000)
    let second = try #require(try clocked.only)
    #expect(second.token != first.token)
    #expect(second.generation == 2)
    #expect(log.lines.count == 1)
  }

  @Test("of no time is none")
  func none() throws {
    let clocked = try Clocked()
    var held = held(clocked, seconds: 0)
    held.keep(from: 1, at: 0)
    held.keep(from: 1, at: 100_000)
    #expect(held.standing.state == .none)
    held.release()
    #expect(try clocked.only == nil)
  }

  @Test("that fails is tried again in a minute, with a line for each attempt")
  func failing() throws {
    let clocked = try Clocked()
    let leases = clocked.directory.path.appending("store/leases")
    let away = clocked.directory.path.appending("away")
    try Paths.rename(leases, to: away)
    var held = held(clocked)
    held.keep(from: 1, at: 0)
    held.keep(from: 1, at: 59)
    #expect(log.lines.count == 1)
    #expect(held.standing.state == .failing && held.standing.expires == nil)
    try Paths.rename(away, to: leases)
    held.keep(from: 1, at: 60)
    #expect(held.standing.state == .held)
    #expect(try clocked.only?.generation == 1)
    #expect(log.lines.count == 1)
  }

  @Test("is not asked for again where this account may not write, and that is said once")
  func refused() throws {
    let (_, directory) = try memoryStore()
    let fault = Fault(.every(.create), .error(.permissionDenied))
    let store = try Store.open(FaultyDirectory(directory, fault), surroundings: testSurroundings())
    var held = HeldLease(store, for: 3600, purpose: "a test", logger: log.logger)
    for now in stride(from: 0.0, to: 100_000, by: 1000) { held.keep(from: 1, at: now) }
    #expect(held.standing.state == .refused)
    held.release()
    #expect(log.lines.count == 1)
    #expect(log.lines.first?.hasPrefix("notice") == true)
  }
}
