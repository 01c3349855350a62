import Testing

@testable import Linux

@Suite("A histogram of latencies")
struct LatenciesTests {
  @Test("counts a time in the first bucket whose limit it does not exceed")
  func limits() throws {
    for bucket in 0..<Latencies.bucketCount - 1 {
      let limit = try #require(Latencies.limit(of: bucket))
      #expect(limit == 1 << UInt64(bucket))
      #expect(Latencies.bucket(of: limit * 1000) == bucket)
      #expect(Latencies.bucket(of: limit * 1000 + 1) == bucket + 1)
    }
    let last = Latencies.bucketCount - 1
    #expect(Latencies.limit(of: last) == nil)
    #expect(Latencies.bucket(of: .max) == last)
    #expect(Latencies.bucket(of: 0) == 0)
  }

  @Test("has all its buckets, however few or many it is made of")
  func buckets() {
    #expect(Latencies().counts == Array(repeating: 0, count: Latencies.bucketCount))
    #expect(Latencies(counts: [1, 2]).counts.count == Latencies.bucketCount)
    #expect(Latencies(counts: Array(repeating: 1, count: 99)).count == 27)
    #expect(Latencies(counts: [1, 2], nanoseconds: 2_500_000_000).seconds == 2.5)
  }

  @Test("is made of several")
  func sum() {
    let (one, two) = (
      Latencies(counts: [1, 2, 3], nanoseconds: 10), Latencies(counts: [0, 1], nanoseconds: 5)
    )
    #expect(Latencies(adding: [one, two]) == Latencies(counts: [1, 3, 3], nanoseconds: 15))
    #expect(Latencies(adding: []) == Latencies())
  }

  @Test(
    "tells the limit below which a share of all lies",
    arguments: [
      (0.0, 1e-6), (0.5, 1e-6), (0.51, 4e-6), (0.98, 4e-6), (0.99, 4e-6), (0.995, .infinity),
      (1.0, .infinity),
    ] as [(Double, Double)])
  func quantiles(share: Double, expected: Double) {
    var counts = [UInt64](repeating: 0, count: 27)
    (counts[0], counts[2], counts[26]) = (100, 98, 1)
    #expect(Latencies(counts: counts).quantile(share) == expected)
    #expect(Latencies().quantile(share) == nil)
  }
}

@Suite("A table of latencies")
struct LatencyTableTests {
  @Test("counts each row by itself, and sums what it counts")
  func rows() {
    let table = LatencyTable(rows: 3)
    table.note(0, nanoseconds: 500)
    table.note(2, nanoseconds: 3_000)
    table.note(2, nanoseconds: 3_001)
    table.note(2, nanoseconds: 4_001)
    #expect(table[0] == Latencies(counts: [1], nanoseconds: 500))
    #expect(table[1] == Latencies())
    #expect(table[2] == Latencies(counts: [0, 0, 2, 1], nanoseconds: 10_002))
  }

  @Test("loses nothing that several threads count at once")
  func threads() throws {
    let table = LatencyTable(rows: 2)
    let threads = try (0..<4).map { number in
      try JoinableThread {
        for round in 0..<50_000 { table.note(number % 2, nanoseconds: UInt64(round % 7) * 1000) }
      }
    }
    for thread in threads { thread.join() }
    let sum = (0..<50_000).reduce(UInt64(0)) { $0 + UInt64($1 % 7) * 1000 }
    for row in 0..<2 {
      #expect(table[row].count == 100_000)
      #expect(table[row].nanoseconds == 2 * sum)
    }
  }
}
