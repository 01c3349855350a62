import Linux
import Testing

@Suite("A table of what is under way")
struct PendingTableTests {
  @Test("knows what has not ended, with its label and its time, the oldest first")
  func pending() {
    let table = PendingTable()
    #expect(table.begun(before: .max).isEmpty)
    let second = table.begin(7, at: 1 << 40)
    let first = table.begin(255, at: 1 << 30)
    let third = table.begin(0, at: 1 << 50)
    #expect(table.begun(before: .max).map(\.label) == [255, 7, 0])
    #expect(table.begun(before: .max).map(\.began) == [1 << 30, 1 << 40, 1 << 50])
    #expect(table.begun(before: 1 << 40).map(\.label) == [255])
    table.end(first)
    #expect(table.begun(before: .max).map(\.label) == [7, 0])
    table.end(second)
    table.end(third)
    #expect(table.begun(before: .max).isEmpty)
  }

  @Test("knows a time to a quarter of a microsecond")
  func times() {
    let table = PendingTable()
    let now = MonotonicClock.nanoseconds()
    let ticket = table.begin(255, at: now)
    let began = table.begun(before: .max).first?.began ?? 0
    #expect(began <= now && now - began < 256)
    table.end(ticket)
  }

  @Test("leaves out what there is no room for, and has room again when something ends")
  func full() {
    let table = PendingTable(room: 4)
    let tickets = (1...6).map { table.begin(UInt8($0), at: UInt64($0) << 20) }
    #expect(table.begun(before: .max).map(\.label) == [1, 2, 3, 4])
    table.end(tickets[4])
    table.end(tickets[1])
    let late = table.begin(9, at: 9 << 20)
    #expect(table.begun(before: .max).map(\.label) == [1, 3, 4, 9])
    for ticket in [tickets[0], tickets[2], tickets[3], tickets[5], late] { table.end(ticket) }
    #expect(table.begun(before: .max).isEmpty)
  }

  @Test("gives no place to two of many threads")
  func threads() throws {
    let table = PendingTable(room: 8)
    let threads = try (0..<4).map { number in
      try JoinableThread {
        for round in 0..<20_000 {
          let ticket = table.begin(UInt8(number), at: UInt64(round + 1) << 10)
          let mine = table.begun(before: .max).filter { $0.label == UInt8(number) }
          if mine.map(\.began) != [UInt64(round + 1) << 10] {
            Issue.record("thread \(number) finds \(mine) in round \(round)")
          }
          table.end(ticket)
        }
      }
    }
    for thread in threads { thread.join() }
    #expect(table.begun(before: .max).isEmpty)
  }
}
