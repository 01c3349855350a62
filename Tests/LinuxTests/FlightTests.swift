import Linux
import Synchronization
import SystemPackage
import Testing

@Suite("A result that others wait for")
struct FlightTests {
  @Test("is everybody's, whether they come before it is there or later")
  func value() throws {
    let flight = Flight<Int, Errno>()
    let sum = Mutex(0)
    let threads = try (0..<4).map { _ in
      try JoinableThread {
        let value = (try? flight.value()) ?? 100
        sum.withLock { $0 += value }
      }
    }
    #expect(try flight.value(within: 0.01) == nil)
    flight.land(.success(7))
    for thread in threads { thread.join() }
    #expect(sum.withLock { $0 } == 28)
    #expect(try flight.value() == 7 && flight.value(within: 0) == 7)
  }

  @Test("may be an error")
  func failure() {
    let flight = Flight<Int, Errno>()
    flight.land(.failure(.ioError))
    #expect(throws: Errno.ioError) { try flight.value() }
    #expect(throws: Errno.ioError) { try flight.value(within: 1) }
  }
}
