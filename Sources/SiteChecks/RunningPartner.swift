internal import Linux
internal import Synchronization
internal import SystemPackage

/// The second process while it runs, and this process's end of the socket.
final class RunningPartner: Sendable {
  private let pair: SocketPair
  private let thread: JoinableThread
  private let printed: Printed

  private final class Printed: Sendable {
    let text = Mutex("")
  }

  init(_ launch: PartnerLaunch, in directory: FilePath) throws(SystemError) {
    let pair = try SocketPair()
    let printed = Printed()
    thread = try JoinableThread {
      let text: String
      do throws(SystemError) {
        let process = try ChildProcess(
          running: launch.program, launch.arguments(directory), passing: pair.far.rawValue)
        text = "exit status \(process.exitStatus) \(process.output)"
      } catch {
        text = "\(error)"
      }
      printed.text.withLock { $0 = text }
      // Without the child nobody answers any more, and this process holds the far end too.
      pair.endFar()
    }
    self.pair = pair
    self.printed = printed
  }

  /// Sends bytes; when the partner is gone that shows in what is read.
  func write(_ bytes: [UInt8]) { try? pair.near.sendAll(bytes.span.bytes) }

  /// Reads exactly so many bytes.
  func read(_ count: Int) throws(RaceTrial.Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    while bytes.count < count {
      var buffer = [UInt8](repeating: 0, count: count - bytes.count)
      var span = buffer.mutableSpan
      var raw = span.mutableBytes
      let got = (try? pair.near.readNext(into: &raw)) ?? 0
      guard got > 0 else { throw .partner(printed.text.withLock { $0 }) }
      bytes += buffer.prefix(got)
    }
    return bytes
  }

  /// Reads up to the end of a line, which is left out.
  func readLine() throws(RaceTrial.Failure) -> [UInt8] {
    var line: [UInt8] = []
    while line.count < 1000 {
      let byte = try read(1)
      if byte[0] == UInt8(ascii: "\n") { return line }
      line += byte
    }
    return line
  }

  /// Lets the process end and waits for it.
  func end() {
    pair.endFar()
    thread.join()
  }
}
