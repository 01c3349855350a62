internal import Failures
internal import Linux
public import SystemPackage

/// Asks the supervisor of a mount to let another program be the server.
public struct Takeover: Sendable {
  private let mountPoint: FilePath
  private let mount: MountTableEntry

  /// Finds the mount.
  ///
  /// - Throws: A `Failure` when there is none of ours.
  public init(at path: FilePath) throws {
    let place = try Mounts.resolve(path)
    guard let mount = try MountTable.current().top(at: place), mount.type == "fuse.firn" else {
      throw Failure(
        .mountPoint, "firn has mounted nothing at \(place)",
        nextStep: "See what is mounted: findmnt -t fuse.firn")
    }
    mountPoint = place
    self.mount = mount
  }

  /// The name by which the supervisor of a mount listens.
  ///
  /// - Parameter device: The number of the mount's device, as `0:51`.
  static func socketName(ofDevice device: String) -> String { "firn/serve/\(device)" }

  /// Has a program take over, with the arguments that the server has, and waits until it answers
  /// requests, or cannot.
  ///
  /// - Returns: The process id of the new server.
  public func ask(for program: FilePath) throws -> Int32 {
    let socket: MessageSocket
    do throws(SystemError) {
      socket = try MessageSocket(
        connectingTo: Self.socketName(ofDevice: "\(mount.major):\(mount.minor)"))
    } catch {
      throw noSupervisor(error)
    }
    guard try isTrusted(socket.peerUser()) else { throw noSupervisor(nil) }
    try socket.send(TakeoverMessage.program(program.string).bytes)
    guard let answer = try socket.receive() else { throw refusal("the supervisor has ended") }
    switch TakeoverMessage(answer.bytes) {
    case .done(let process): return process
    case .failed(let reason): throw refusal(reason)
    default: throw refusal("the supervisor is of another version")
    }
  }

  /// Root, or whose mount it is, as the mount table tells.
  private func isTrusted(_ user: UInt32) -> Bool {
    user == 0 || mount.fileSystemOptions.contains("user_id=\(user)")
  }

  private func noSupervisor(_ error: SystemError?) -> Failure {
    Failure(
      .mountPoint, "the mount at \(mountPoint) has no supervisor that could be asked",
      cause: error.map { "\($0)" },
      nextStep: "Mount it anew when nobody uses it: firn unmount \(mountPoint), then firn serve")
  }

  /// What the new server could not do, where it said so in our form.
  private func refusal(_ reason: String) -> Failure {
    let inner = FailureText.decode(reason)
    let cause = inner.map { [$0.sentence, $0.cause].compactMap { $0 }.joined(separator: ": ") }
    return Failure(
      inner?.code ?? .mountPoint, "the program did not take over; the server before goes on",
      cause: cause ?? (reason.isEmpty ? nil : reason), nextStep: inner?.nextStep)
  }
}

/// What who asks for a takeover and the supervisor say to each other; see ``ServerMessage``.
enum TakeoverMessage: Equatable, Sendable {
  /// The program that is to take over.
  case program(String)
  /// It has; its process id.
  case done(Int32)
  /// It has not, for this reason.
  case failed(String)

  /// The bytes of the message.
  var bytes: [UInt8] {
    switch self {
    case .program(let path): Array("T\(path)".utf8)
    case .done(let process): Array("R\(process)".utf8)
    case .failed(let reason): Array("F\(reason)".utf8.prefix(8 << 10))
    }
  }

  /// Reads a message; nil for one of a kind that is not known.
  init?(_ bytes: [UInt8]) {
    let text = String(decoding: bytes.dropFirst(), as: UTF8.self)
    switch bytes.first {
    case UInt8(ascii: "T"): self = .program(text)
    case UInt8(ascii: "R"):
      guard let process = Int32(text) else { return nil }
      self = .done(process)
    case UInt8(ascii: "F"): self = .failed(text)
    default: return nil
    }
  }
}
