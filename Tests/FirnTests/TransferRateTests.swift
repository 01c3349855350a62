import Testing

@testable import firn

@Suite("The rate of a transfer")
struct TransferRateTests {
  @Test("is not known before half a second")
  func early() {
    var rate = TransferRate(at: 10)
    rate.add(1000, at: 10.1)
    #expect(rate.bytesPerSecond(at: 10.4) == nil)
    #expect(rate.bytesPerSecond(at: 10.5) == 2000)
  }

  @Test("is that of a steady transfer, however many pieces it comes in", arguments: [1, 7, 100])
  func steady(pieces: Int) {
    var rate = TransferRate(at: 0)
    for second in 0..<20 {
      for piece in 1...pieces {
        rate.add(UInt64(7000 / pieces), at: Double(second) + Double(piece) / Double(pieces))
      }
    }
    let found = rate.bytesPerSecond(at: 20) ?? 0
    let expected = Double(7000 / pieces * pieces)
    #expect(abs(found - expected) < expected * 0.1, "\(found)")
    #expect(rate.total == UInt64(7000 / pieces * pieces * 20))
  }

  @Test("is that of the last seconds, not of the beginning")
  func recent() {
    var rate = TransferRate(at: 0)
    for second in 1...10 { rate.add(1_000_000, at: Double(second)) }
    for second in 11...20 { rate.add(10, at: Double(second)) }
    #expect((rate.bytesPerSecond(at: 20) ?? .infinity) < 20)
  }

  @Test("falls to nothing when nothing arrives any more")
  func stalled() {
    var rate = TransferRate(at: 0)
    rate.add(1000, at: 1)
    let rates = [2.0, 3, 5].map { rate.bytesPerSecond(at: $0) ?? -1 }
    #expect(rates == [500, 1000.0 / 3, 200])
    #expect(rate.bytesPerSecond(at: 7) == 0)
  }

  @Test("does not count bytes that turned out void")
  func void() {
    var rate = TransferRate(at: 0)
    rate.add(1000, at: 1)
    rate.add(500, at: 2)
    rate.discount(1200)
    #expect(rate.total == 300)
    #expect(rate.bytesPerSecond(at: 2) == 150)
    rate.discount(.max)
    #expect(rate.total == 0 && rate.bytesPerSecond(at: 2) == 0)
    rate.add(100, at: 3)
    #expect(rate.total == 100)
  }

  @Test("does not trap, whatever is added")
  func overflow() {
    var rate = TransferRate(at: 0)
    rate.add(.max, at: 1)
    rate.add(.max, at: 2)
    #expect(rate.total == .max)
    #expect(rate.bytesPerSecond(at: 2) != nil)
    #expect(rate.bytesPerSecond(at: -5) == nil)
  }

  @Test("needs little memory, however long it takes")
  func bounded() {
    var rate = TransferRate(at: 0)
    for step in 0..<100_000 { rate.add(1, at: Double(step) / 100) }
    let samples = Mirror(reflecting: rate).descendant("samples") as? [Any]
    #expect((samples?.count ?? .max) <= 30)
  }
}
