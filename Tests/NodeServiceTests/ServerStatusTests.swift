import FUSE
import Failures
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("What a server says of itself")
struct ServerStatusTests {
  private func status() -> ServerStatus {
    var counts = StoreCounts()
    counts.uses[.read] = 3
    counts.reads = Latencies(counts: [1, 0, 2], nanoseconds: 9000)
    counts.hung = [HungUse(.stat, seconds: 11)]
    counts.lastLoss = 86_400
    var store = StoreStatus(directory: "/store", counts)
    store.lease = LeaseStatus(.refused, nil)
    var status = ServerStatus(
      command: "serve", version: "1", mount: "/m", pid: 7, user: 8, started: "a", time: "b",
      uptime: 1.5)
    status.stores = [store]
    status.cache = CacheStatus(limit: 1, bytes: 2, hits: 3, misses: 4)
    status.requests = RequestStatus(
      RequestCounts(latencies: [.getattr: Latencies(counts: Array(repeating: 1, count: 27))]))
    status.problems = ["one"]
    return status
  }

  private func encoded(_ status: ServerStatus) throws -> String {
    String(decoding: try StatusSocket.encode(status), as: UTF8.self)
  }

  @Test("arrives as it was said")
  func roundTrip() throws {
    let text = try encoded(status())
    #expect(StatusQuery.decode(Array(text.utf8)) == status())
  }

  @Test("is understood with members of a later version, but not in another form, or in part")
  func versions() throws {
    let text = try encoded(status())
    let more = "{\"later\":[1,{\"a\":null}]," + text.dropFirst()
    #expect(StatusQuery.decode(Array(more.utf8)) == status())
    let other = text.replacing("\"format\":1", with: "\"format\":2")
    #expect(other != text && StatusQuery.decode(Array(other.utf8)) == nil)
    for count in [0, 1, text.utf8.count / 2, text.utf8.count - 1] {
      #expect(StatusQuery.decode(Array(text.utf8.prefix(count))) == nil)
    }
    #expect(StatusQuery.decode([0xFF, 0, 1]) == nil)
  }

  @Test("has histograms without empty buckets, and a last one without a limit")
  func histograms() {
    let latency = LatencyStatus(Latencies(counts: [1, 0, 2], nanoseconds: 9000))
    #expect(
      latency.buckets == [.init(microseconds: 1, count: 1), .init(microseconds: 4, count: 2)])
    #expect(latency.count == 3 && latency.seconds == 9e-6)
    #expect(latency.median == 4e-6 && latency.p99 == 4e-6)
    var counts = [UInt64](repeating: 0, count: 27)
    counts[26] = 5
    let long = LatencyStatus(Latencies(counts: counts))
    #expect(long.buckets == [.init(microseconds: nil, count: 5)])
    #expect(long.median == nil && long.p99 == nil)
    #expect(LatencyStatus(Latencies()).buckets.isEmpty)
    #expect(LatencyStatus.limits.count == 26 && LatencyStatus.limits.last == 33_554_432)
  }

  @Test("has every use of a store, and times that people can read")
  func stores() throws {
    let store = try #require(status().stores.first)
    #expect(Set(store.uses.keys) == Set(StoreUse.allCases.map(\.name)))
    #expect(store.uses["read"] == 3 && store.uses["open"] == 0)
    #expect(store.lastLoss == "1970-01-02T00:00:00Z" && store.lastLossAt == 86_400)
    #expect(store.hung == [.init(use: "stat", seconds: 11)])
    #expect(store.state == .waiting && store.generation == nil)
  }

  @Test("that cannot be had is an error with an exit status and what to do")
  func errors() {
    let path = FilePath("/run/firn")
    let cases: [(StatusError, Int32)] = [
      (.notMounted(path), 73), (.gone(path), 72), (.noAnswer(path), 72), (.notReachable(path), 77),
      (.notUnderstood(path), 72),
    ]
    for (error, status) in cases {
      #expect(error.failure.code.exitStatus == status)
      #expect(error.failure.sentence.contains("/run/firn"))
      #expect(error.failure.nextStep != nil)
      #expect(error.mountPoint == path)
    }
  }

  @Test("names the kinds of request as the FUSE protocol does")
  func kinds() {
    #expect(RequestKind.allCases.map(\.name).prefix(3) == ["lookup", "forget", "getattr"])
    #expect(Set(RequestKind.allCases.map(\.name)).count == RequestKind.allCases.count)
    #expect(RequestKind.allCases.map(\.rawValue) == Array(0..<RequestKind.allCases.count))
    #expect(StoreUse.allCases.map(\.rawValue) == (0..<10).map { UInt8($0) })
  }
}
