import AdditionalImageStore
import Testing

@Suite("Subordinate ids")
struct SubordinateIDsTests {
  @Test("ranges are found by name and by number, in order")
  func byNameAndNumber() {
    let file = SubordinateIDs(
      parsing: "alice:100000:65536\nbob:200000:10\n1000:300000:5\nalice:400000:1\n")
    #expect(
      file.ranges(name: "alice", uid: 1000) == [
        .init(first: 100_000, count: 65536), .init(first: 400_000, count: 1),
        .init(first: 300_000, count: 5),
      ])
    #expect(file.ranges(name: nil, uid: 1000) == [.init(first: 300_000, count: 5)])
    #expect(file.ranges(name: "carol", uid: 3).isEmpty)
  }

  @Test(
    "lines that are not three fields of the right form are passed over",
    arguments: [
      "alice:1", "alice:x:1", "alice:1:-1", "alice:1:0", "#alice:1:1", ":1:1", "alice:1:2:3",
      "alice:4294967295:2", "", "alice:4294967296:1",
    ])
  func badLines(line: String) {
    #expect(SubordinateIDs(parsing: line + "\n").ranges(name: "alice", uid: 0).isEmpty)
  }
}
