import Testing

@testable import ImageTree

@Suite("Numbers of images from several stores")
struct StoreNumbersTests {
  @Test("of a single store are its own, up to the last that node ids can hold")
  func single() {
    let numbers = StoreNumbers(stores: 1)
    #expect(numbers.number(1, inStore: 0) == 1)
    #expect(numbers.number(NodeAddress.imageLimit - 1, inStore: 0) == NodeAddress.imageLimit - 1)
    #expect(numbers.number(NodeAddress.imageLimit, inStore: 0) == nil)
    #expect(numbers.number(0, inStore: 0) == nil, "not published yet")
  }

  @Test(
    "leave each store as many as the number of stores allows",
    arguments: [(2, 19), (3, 18), (4, 18), (5, 17), (8, 17), (9, 16), (16, 16)])
  func several(stores: Int, bits: Int) {
    let numbers = StoreNumbers(stores: stores)
    let last = UInt32(1) << bits - 1
    for place in 0..<stores {
      #expect(numbers.number(last, inStore: place) == UInt32(place) << bits | last)
      #expect(numbers.number(last + 1, inStore: place) == nil)
      #expect(numbers.number(0, inStore: place) == nil)
    }
  }

  @Test("are all different, and all fit into node ids", arguments: 1...StoreNumbers.mostStores)
  func distinct(stores: Int) {
    let numbers = StoreNumbers(stores: stores)
    let all = (0..<stores).flatMap { place in
      [1, 2, 1000, 65_535].compactMap { numbers.number($0, inStore: place) }
    }
    #expect(Set(all).count == stores * 4)
    #expect(all.allSatisfy { $0 > 0 && $0 < NodeAddress.imageLimit })
  }
}
