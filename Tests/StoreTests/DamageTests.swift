import StoreSimulation
import Testing

@testable import Store

@Suite("Every single byte of a small store that is changed")
struct DamageTests {
  @Test(
    "is found by the check, or readers cannot tell", arguments: [nil, 0, 1] as [Int?])
  func flips(_ phase: Int?) throws {
    let (store, directory) = try memoryStore()
    try Sample("a", blocks: [1], small: ["alpha", "beta"]).publish(to: store)
    let whole = try ReaderView(reading: store)
    var unnoticed: Set<StoreArea> = []
    for path in directory.paths {
      let count = try #require(directory.bytes(path)).count
      for index in 0..<count {
        let mask: UInt8 = phase.map { 1 << UInt8((index &* 3 &+ $0) % 8) } ?? 0xff
        directory.tamper(path) { $0[index] ^= mask }
        if try !isNoticed(directory, whole, "\(path) byte \(index) changed by \(mask)") {
          unnoticed.insert(path.area)
        }
        directory.tamper(path) { $0[index] ^= mask }
      }
    }
    #expect(unnoticed == [.generations], "only the old generation does not matter")
    #expect(store.check(.data) == [])
  }

  /// Whether the check finds anything wrong; readers must find it too, or see what they always saw.
  private func isNoticed(
    _ directory: MemoryDirectory, _ whole: ReaderView, _ place: String
  ) throws -> Bool {
    guard let store = try? Store.open(directory, surroundings: testSurroundings()) else {
      return true
    }
    let problems = store.check(.data)
    let view = try? ReaderView(reading: store)
    #expect(view == nil || view == whole, "a reader was deceived: \(place)")
    if problems.isEmpty { #expect(view == whole, "\(place)") }
    return !problems.isEmpty
  }
}
