import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("A file system that fails")
struct OutageTests {
  @Test("is tried again at once, then with growing pauses, until its time is over")
  func bridging() {
    let outage = Outage(patience: 10)
    #expect(outage.note(.ioError, attempt: 1, at: 100) == .tryAgain(after: 0))
    #expect(outage.note(.ioError, attempt: 2, at: 100) == .tryAgain(after: 0.05))
    #expect(outage.note(.staleNFSFileHandle, attempt: 3, at: 101) == .tryAgain(after: 0.1))
    #expect(outage.note(.ioError, attempt: 60, at: 109.9) == .tryAgain(after: 1))
    #expect(outage.note(.ioError, attempt: 61, at: 110) == .giveUp(isFirst: true))
    #expect(outage.note(.ioError, attempt: 61, at: 110) == .giveUp(isFirst: false))
  }

  @Test("for long is asked twice by each reader, until it answers")
  func failing() {
    let outage = Outage(patience: 10)
    _ = outage.note(.ioError, attempt: 1, at: 0)
    _ = outage.note(.ioError, attempt: 9, at: 11)
    #expect(outage.note(.ioError, attempt: 1, at: 20) == .tryAgain(after: 0))
    #expect(outage.note(.ioError, attempt: 2, at: 20) == .giveUp(isFirst: false))
    #expect(outage.noteSuccess(), "its end is worth a line")
    #expect(!outage.noteSuccess())
    #expect(outage.note(.ioError, attempt: 2, at: 30) == .tryAgain(after: 0.05))
    #expect(!outage.noteSuccess(), "nobody was told of it")
  }

  @Test("is not waited for where the answer is final")
  func final() {
    let outage = Outage()
    for error in [Errno.noSuchFileOrDirectory, .permissionDenied, .notPermitted] {
      #expect(outage.note(error, attempt: 1, at: 0) == .tryAgain(after: 0))
      #expect(outage.note(error, attempt: 2, at: 0) == .giveUp(isFirst: true))
    }
    #expect(!outage.noteSuccess())
  }
}

@Suite("Restarting a server")
struct RestartRulesTests {
  @Test("happens at once when it has served for a while, however often that is")
  func mature() {
    var rules = RestartRules()
    for _ in 0..<100 { #expect(rules.note(deathAfter: 1.5) == .start(after: 0)) }
  }

  @Test("pauses longer and longer when it dies early, and ends with the fifth time in a row")
  func early() {
    var rules = RestartRules()
    let steps = (0..<5).map { rules.note(deathAfter: $0 % 2 == 0 ? nil : 0.5) }
    #expect(
      steps == [
        .start(after: 0), .start(after: 0.1), .start(after: 0.2), .start(after: 0.4), .giveUp,
      ])
  }

  @Test("begins to count anew after one that served for a while")
  func recovery() {
    var rules = RestartRules()
    for _ in 0..<4 { _ = rules.note(deathAfter: nil) }
    #expect(rules.note(deathAfter: 2) == .start(after: 0))
    #expect(rules.note(deathAfter: nil) == .start(after: 0))
    #expect(rules.earlyDeaths == 1)
  }
}

@Suite("What servers and supervisors say")
struct ServerMessageTests {
  @Test(
    "is understood as it was said",
    arguments: [
      ServerMessage.mounted("0:51"), .prepared, .ready, .failed("because\nof this"), .ended, .begin,
      .leave,
    ])
  func server(message: ServerMessage) { #expect(ServerMessage(message.bytes) == message) }

  @Test(
    "by who asks for a takeover is understood too",
    arguments: [TakeoverMessage.program("/usr/bin/firn"), .done(4711), .failed("")])
  func takeover(message: TakeoverMessage) { #expect(TakeoverMessage(message.bytes) == message) }

  @Test("in words of a later version is passed over")
  func unknown() {
    #expect(ServerMessage(Array("Zwhat".utf8)) == nil)
    #expect(ServerMessage([]) == nil)
    #expect(TakeoverMessage(Array("Rnot a number".utf8)) == nil)
    #expect(ServerMessage(ServerMessage.failed(String(repeating: "x", count: 99_999)).bytes) != nil)
  }

  @Test("fits into one message, however long")
  func longReasons() {
    let bytes = ServerMessage.failed(String(repeating: "x", count: 99_999)).bytes
    #expect(bytes.count < MessageSocket.longestMessage)
  }
}
