internal import Linux
internal import SystemPackage

/// A server process as its supervisor has it.
///
/// Used by the supervisor's one thread.
final class SupervisedServer {
  /// What the server finds as which descriptor.
  enum Descriptor {
    static let socket: Int32 = 3
    static let record: Int32 = 4
    static let lifeLine: Int32 = 5
    static let device: Int32 = 6
  }

  /// The variable of the environment by which a program knows that it is to be a server, and
  /// whether there is a mount to go on with.
  static let variable = "FIRN_SUPERVISED"
  static let fresh = "fresh"
  static let resumed = "resumed"

  let process: RunningChild
  let socket: MessageSocket
  private let life: LifeLine
  /// Since when it has answered requests; nil before.
  var readySince: Double?
  /// Whether it has said that all is over.
  var hasEnded = false
  /// Whether it could go on with the mount and waits to be told to.
  var isPrepared = false
  /// Why it cannot serve, as it said.
  var failure: String?
  /// When it is killed, unless it ends before, as it was told to.
  var deadline: Double?

  /// Starts a server.
  ///
  /// - Parameter device: The device of a mount that it is to go on with.
  init(
    _ program: FilePath, _ arguments: [String], record: Int32, device: Int32?
  ) throws(SystemError) {
    let sockets = try MessageSocket.pair()
    var process: RunningChild?
    life = try LifeLine { (held) throws(SystemError) in
      var descriptors = [
        (own: sockets.far.number, child: Descriptor.socket),
        (own: record, child: Descriptor.record),
        (own: held, child: Descriptor.lifeLine),
      ]
      if let device { descriptors.append((own: device, child: Descriptor.device)) }
      let mode = device == nil ? Self.fresh : Self.resumed
      process = try RunningChild(
        program, arguments, environment: ["\(Self.variable)=\(mode)"], descriptors: descriptors)
    }
    guard let process else { throw SystemError("posix_spawn", program, .ioError) }
    self.process = process
    socket = sockets.near
  }

  /// What to wait for: messages, and its death.
  var numbers: [Int32] { [socket.number, life.number] }

  /// Whether it is dead, perhaps with threads that the kernel does not let go yet.
  func isDead(_ readable: Set<Int32>) -> Bool { readable.contains(life.number) }

  /// For how many seconds it has answered requests.
  func service(at now: Double) -> Double? { readySince.map { now - $0 } }

  /// Says something to it; one that is gone need not hear it.
  func tell(_ message: ServerMessage) { try? socket.send(message.bytes) }
}
