import FUSE
import Linux
import NodeService
import SystemPackage
import Testing

@testable import Commands

@Suite("A server's status for people")
struct StatusTextTests {
  private func status() -> ServerStatus {
    var counts = StoreCounts()
    counts.uses = [.open: 2, .read: 100, .load: 4, .list: 1]
    counts.loaded = 3
    counts.readBytes = 12_345_678
    counts.reads = Latencies(counts: [0, 0, 0, 0, 0, 0, 0, 98, 0, 0, 0, 2], nanoseconds: 9)
    var store = StoreStatus(directory: "/lustre/containers", counts)
    (store.state, store.generation, store.images) = (.shown, 42, 17)
    var status = ServerStatus(
      command: "serve", version: "0.1.0", mount: "/run/firn", pid: 4711, user: 0, started: "s",
      time: "t", uptime: 11_525)
    status.stores = [store]
    return status
  }

  @Test("says first that all is well, then what there is, and nothing of what there is not")
  func well() {
    var status = status()
    #expect(
      StatusText(.answer(status)).lines == [
        "/run/firn: all is well",
        "  server  firn serve 0.1.0, process 4711 of user 0, for 3 h 12 min",
        "  store   /lustre/containers, generation 42, 17 images",
        "          103 reads (12.3 MB), 6 opens, 110 round trips; reads: half ≤ 128 µs, 99 % ≤ 2.0 ms",
        "  kernel  0 requests",
      ])
    status.cache = CacheStatus(limit: 134_217_728, bytes: 1000, hits: 3, misses: 1)
    status.requests = RequestStatus(
      RequestCounts(
        latencies: [
          .read: Latencies(counts: [1], nanoseconds: 1),
          .lookup: Latencies(counts: [0, 2], nanoseconds: 1),
        ], readBytes: 5000, failures: 1))
    (status.pushes.pushed, status.pushes.bytes) = (2, 8192)
    #expect(
      StatusText(.answer(status)).lines.suffix(5) == [
        "  cache   1.00 kB of 134 MB, 75 % of 4 found",
        "  kernel  3 requests: lookup 2, read 1",
        "          5.00 kB read; reads: half ≤ 1 µs, 99 % ≤ 1 µs",
        "          1 answered with EIO",
        "  pushed  2 pieces, 8.19 kB",
      ])
  }

  @Test("says first how many problems there are, and each below")
  func problems() {
    var status = status()
    status.problems = ["one"]
    #expect(StatusText(.answer(status)).lines.prefix(2) == ["/run/firn: 1 problem", "  ! one"])
    status.problems = ["one", "two\u{1B}[2J"]
    #expect(
      StatusText(.answer(status)).lines.prefix(3) == [
        "/run/firn: 2 problems", "  ! one", "  ! two?[2J",
      ])
    #expect(
      StatusText(.silence(.noAnswer("/m"))).lines == [
        "/m: 1 problem", "  ! the server of /m does not answer",
        "  next: See what it does: firn doctor /m",
      ])
  }

  @Test("of what went wrong before is there without being a problem")
  func former() {
    var counts = StoreCounts()
    (counts.failures, counts.retries, counts.losses) = (3, 2, 0)
    var status = status()
    status.stores = [StoreStatus(directory: "/s", counts)]
    let lines = StatusText(.answer(status)).lines
    #expect(lines.contains("          3 failed, 2 read again"))
    #expect(lines.contains("  store   /s, 0 images"))
  }

  @Test(
    "has times that can be read at a glance",
    arguments: [
      (1e-6, "1 µs"), (512e-6, "512 µs"), (0.001024, "1.0 ms"), (0.016384, "16 ms"),
      (0.524288, "524 ms"), (1.048576, "1.0 s"), (33.554432, "33.6 s"),
    ])
  func times(seconds: Double, text: String) {
    #expect(StatusText.time(seconds) == text)
  }

  @Test(
    "has durations in their two largest units",
    arguments: [
      (0, "0 s"), (59.9, "59 s"), (60, "1 min"), (61, "1 min 1 s"), (3600, "1 h"),
      (7325, "2 h 2 min"), (90_000, "1 d 1 h"), (-5, "0 s"),
    ])
  func durations(seconds: Double, text: String) {
    #expect(StatusText.duration(seconds) == text)
  }
}
