import StoreSimulation
import Testing

@testable import Consistency
@testable import Store

@Suite("Any byte that is wrong")
struct FlippedByteTests {
  @Test("is found and repaired, or did not matter", arguments: [0, 1, 2])
  func flips(_ phase: Int) async throws {
    let (store, directory) = try sampleStore()
    let (other, _) = try sampleStore()
    let whole = try ReaderView(reading: store)
    let newest = StorePath.generation(try store.newest().generation)
    var repaired = 0
    for path in directory.paths where path != .description && path != newest {
      let size = try #require(directory.bytes(path)).count
      for index in stride(from: phase * 37 % size, to: size, by: max(size / 5, 1)) {
        let copy = directory.copy()
        copy.tamper(path) { $0[index] ^= 1 << UInt8(index % 8) }
        let wrong = try Store.open(copy, surroundings: testSurroundings())
        let isHarmless = check(wrong).problems.isEmpty
        #expect(isHarmless == (path.area == .generations), "\(path) byte \(index)")
        let report = await repair(wrong, from: [other])
        #expect(report.verdict == (isHarmless ? .clean : .repaired), "\(path) byte \(index)")
        #expect(check(wrong).problems == [], "\(path) byte \(index)")
        #expect(try ReaderView(reading: wrong) == whole, "\(path) byte \(index)")
        repaired += isHarmless ? 0 : 1
      }
    }
    #expect(repaired > 40)
  }

  @Test("of the newest generation costs what that generation did, and no more")
  func newestGeneration() async throws {
    let (store, directory) = try sampleStore()
    let whole = try ReaderView(reading: store)
    let last = try Sample("last", blocks: [88]).publish(to: store)
    let path = StorePath.generation(last.generation)
    let size = try #require(directory.bytes(path)).count
    for index in stride(from: 0, to: size, by: size / 9) {
      let copy = directory.copy()
      copy.tamper(path) { $0[index] ^= 2 }
      let wrong = try Store.open(copy, surroundings: testSurroundings())
      let found = check(wrong)
      #expect(found.problems.map(\.path) == [path])
      #expect(found.problems.first?.message.hasSuffix("the last good generation is 5") == true)
      #expect(found.generation == 5)
      #expect(await repair(wrong).verdict == .repaired)
      let catalog = try wrong.newest()
      #expect(catalog.generation == last.generation + 1)
      #expect(catalog.nextImageNumber > last.nextImageNumber)
      #expect(catalog.nextPackNumber > last.nextPackNumber)
      #expect(try ReaderView(reading: wrong) == whole)
      try Sample("last", blocks: [88]).publish(to: wrong)
      #expect(check(wrong).problems == [])
    }
  }
}
