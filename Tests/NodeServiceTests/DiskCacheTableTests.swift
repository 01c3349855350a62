import Testing

@testable import NodeService

@Suite("The table of a disk cache")
struct DiskCacheTableTests {
  private func place(_ segment: UInt32, _ unit: UInt32 = 2) -> DiskCacheTable.Place {
    DiskCacheTable.Place(segment: segment, unit: unit, length: 10)
  }

  /// Segments 1 to 3 with a record each, used at 10, 20 and 30.
  private func table() -> DiskCacheTable {
    var table = DiskCacheTable()
    for number in 1...3 as ClosedRange<UInt32> {
      table.add(number, byteCount: 100, lastUse: Int64(number) * 10)
      table.insert(UInt64(number), at: place(number))
    }
    return table
  }

  @Test("finds records where they were written last")
  func find() {
    var table = table()
    #expect(table.find(1, at: 0) == place(1))
    table.insert(1, at: place(3, 9))
    #expect(table.find(1, at: 0) == place(3, 9))
    #expect(table.find(9, at: 0) == nil)
    #expect(place(3, 9).offset == 144)
    table.insert(8, at: place(77))
    #expect(table.find(8, at: 0) == nil, "there is no such segment")
    #expect(table.recordCount == 3)
  }

  @Test("forgets a record only where it is still")
  func forget() {
    var table = table()
    table.forget(1, at: place(2))
    #expect(table.peek(1) == place(1))
    table.forget(1, at: place(1))
    #expect(table.peek(1) == nil)
  }

  @Test("forgets with a segment what is in it, and not what is elsewhere by now")
  func remove() {
    var table = table()
    table.insert(2, at: place(1, 5))
    table.remove(2)
    #expect(table.peek(2) == place(1, 5))
    #expect(table.byteCount == 200 && table.segmentCount == 2)
    table.remove(1)
    #expect(table.peek(2) == nil && table.peek(1) == nil)
    table.remove(1)
    #expect(table.byteCount == 100 && table.recordCount == 1)
    table.resize(3, to: 40)
    table.resize(99, to: 40)
    #expect(table.byteCount == 40)
    table.add(3, byteCount: 70, lastUse: 0)
    #expect(table.byteCount == 70 && table.peek(3) == nil, "it is another file of that number")
  }

  @Test("lets go first what nobody has used for longest")
  func order() {
    var table = table()
    #expect(table.victims(used: [], idle: 0, sparing: nil) == [1, 2, 3])
    _ = table.find(1, at: 25)
    #expect(table.victims(used: [], idle: 0, sparing: nil) == [2, 1, 3])
    table.insert(50, at: place(2, 7), 60)
    #expect(table.victims(used: [], idle: 0, sparing: nil) == [1, 3, 2])
    #expect(table.victims(used: [], idle: 0, sparing: 1) == [3, 2])
  }

  @Test("lets go what is in use last, and not before it was idle")
  func used() {
    let table = table()
    #expect(table.victims(used: [1], idle: 10, sparing: nil) == [2, 3])
    #expect(table.victims(used: [1], idle: 11, sparing: nil) == [2, 3, 1])
    #expect(table.victims(used: [1, 2, 3], idle: 25, sparing: nil) == [1, 2])
    #expect(table.victims(used: nil, idle: 0, sparing: nil).isEmpty, "unknown is in use")
    #expect(table.victims(used: nil, idle: 15, sparing: nil) == [1])
  }

  @Test("tells once of each use")
  func uses() {
    var table = table()
    #expect(table.takeUses().isEmpty)
    _ = table.find(3, at: 40)
    _ = table.find(1, at: 41)
    _ = table.find(1, at: 42)
    #expect(table.takeUses() == [1, 3])
    #expect(table.takeUses().isEmpty)
    _ = table.find(3, at: 39)
    #expect(table.takeUses().isEmpty, "a clock that was put back")
  }
}
