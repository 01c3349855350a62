import Digests
import Linux
import StoreSimulation
import SystemPackage
import Testing

@testable import Consistency
@testable import Store

@Suite("The record of a check")
struct ScanRecordTests {
  private let pack = PackID(testDigest(1))
  private let other = PackID(testDigest(2))
  private var problem: Problem {
    Problem(.damaged, StorePath(.packs, pack.description), "it is \"bad\"", offset: 77)
  }

  @Test("gives back what was done and found")
  func roundTrip() throws {
    try withTemporaryPath { path in
      let (store, _) = try memoryStore()
      let file = path.appending("record")
      let record = try ScanRecord(at: file, of: store, resuming: false)
      #expect(record.finished.isEmpty)
      try record.add(pack, [problem])
      try record.add(other, [])
      try record.flush()
      let again = try ScanRecord(at: file, of: store, resuming: true)
      #expect(again.finished == [pack: [problem], other: []])
      #expect(again.started == record.started)
      try again.remove()
      #expect(try Paths.list(path) == [])
    }
  }

  @Test("that ends in the middle of a line, or has wrong ones, loses only those")
  func torn() throws {
    try withTemporaryPath { path in
      let (store, _) = try memoryStore()
      let file = path.appending("record")
      let record = try ScanRecord(at: file, of: store, resuming: false)
      try record.add(pack, [problem])
      try record.add(other, [])
      try record.flush()
      let whole = try readBytes(file)
      for count in 0..<whole.count {
        let torn = try OwnedDescriptor(opening: file, [.writeOnly, .create, .truncate])
        let part = Array(whole[..<count])
        try torn.writeAll(part.span.bytes)
        let finished = try ScanRecord(at: file, of: store, resuming: true).finished
        #expect(finished[pack] == nil || finished[pack] == [problem])
        #expect(finished.count <= 1)
      }
      let garbage = whole + Array("\n\u{0}{}\n[1]\n".utf8) + Array(whole.suffix(80))
      let file2 = try OwnedDescriptor(opening: file, [.writeOnly, .create, .truncate])
      try file2.writeAll(garbage.span.bytes)
      #expect(try ScanRecord(at: file, of: store, resuming: true).finished.count == 2)
    }
  }

  @Test("of another store, or one that is not to be resumed, is begun anew")
  func anew() throws {
    try withTemporaryPath { path in
      let file = path.appending("record")
      let (first, _) = try memoryStore()
      let (second, _) = try memoryStore()
      func fill(_ store: Store) throws {
        let record = try ScanRecord(at: file, of: store, resuming: false)
        try record.add(pack, [])
        try record.flush()
      }
      try fill(first)
      #expect(try ScanRecord(at: file, of: second, resuming: true).finished.isEmpty)
      try fill(first)
      #expect(try ScanRecord(at: file, of: first, resuming: false).finished.isEmpty)
    }
  }

  @Test("that cannot be written is an error at once")
  func refused() throws {
    let (store, _) = try memoryStore()
    #expect(throws: SystemError.self) {
      try ScanRecord(at: "/nowhere/at/all", of: store, resuming: false)
    }
  }
}
