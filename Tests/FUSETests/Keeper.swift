import FUSE
import Glibc
import Linux
import SystemPackage

/// Keeps a mount while its servers, processes of their own, come and go.
final class Keeper {
  let path: FilePath
  private let record: OwnedDescriptor
  private var device: OwnedDescriptor?
  private(set) var server: Served

  /// A server process with what connects it with us.
  struct Served {
    let process: RunningChild
    let socket: MessageSocket
    let life: LifeLine

    /// Whether the process has been killed, as far as its line of life tells.
    func isDead(within seconds: Double) throws -> Bool {
      try !Readable.wait(for: [life.number], seconds: seconds).isEmpty
    }

    /// Waits for the exit status.
    func exitStatus(within seconds: Double = 8) -> Int32? {
      let end = MonotonicClock.seconds() + seconds
      while MonotonicClock.seconds() < end {
        if let status = process.reap() { return status }
        usleep(5_000)
      }
      return nil
    }
  }

  init(at path: FilePath) throws {
    self.path = path
    record = try OwnedDescriptor(inMemory: "test")
    server = try Self.start(path, "kept", record, nil)
    guard var message = try server.socket.receive() else {
      throw ProgramFailure(text: "the server did not mount")
    }
    device = message.takeDescriptor()
    try Self.waitUntilReady(server)
    // The first close asks the server whether it wants to know (FLUSH). This process must not owe
    // itself that answer: what it starts closes the files that it has open.
    _ = try contents(path.appending("many/file-0"))
  }

  /// Starts another server, whether or not the one before is alive, and waits until it answers.
  func startNext() throws {
    guard let number = device?.rawValue else { return }
    let next = try Self.start(path, "resumed", record, number)
    server = next
    try Self.waitUntilReady(next)
  }

  /// Kills the server (SIGKILL).
  func kill() throws {
    server.process.kill()
    guard try server.isDead(within: 5) else { throw ProgramFailure(text: "it does not die") }
  }

  /// Lets go of the device, without which and without a server the mount is dead.
  func letGo() { device = nil }

  /// Ends the server and the mount.
  func end() {
    try? server.socket.send(Array("E".utf8))
    if server.exitStatus() == nil { server.process.kill() }
    device = nil
    if (try? MountTable.current().top(at: path)) != nil { try? Mounts.detach(path, force: true) }
  }

  private static func waitUntilReady(_ served: Served) throws {
    guard let message = try served.socket.receive(), message.bytes == Array("R".utf8) else {
      throw ProgramFailure(text: "the server did not become ready")
    }
  }

  private static func start(
    _ path: FilePath, _ mode: String, _ record: borrowing OwnedDescriptor, _ device: Int32?
  ) throws -> Served {
    let sockets = try MessageSocket.pair()
    let recordNumber = record.rawValue
    var process: RunningChild?
    let life = try LifeLine { (held) throws(SystemError) in
      var descriptors = [
        (own: sockets.far.number, child: Int32(3)), (own: recordNumber, child: 4),
        (own: held, child: 5),
      ]
      if let device { descriptors.append((own: device, child: 6)) }
      process = try RunningChild(
        Server.program, [path.string, mode], environment: [], descriptors: descriptors)
    }
    guard let process else { throw ProgramFailure(text: "nothing was started") }
    return Served(process: process, socket: sockets.near, life: life)
  }
}
