internal import FUSE
internal import ImageTree
public import Linux
internal import Logging
internal import Store
internal import Synchronization
internal import SystemPackage

/// What a server has of its supervisor: the record of the mount, the device of one that it is to go
/// on with, and the connection over which they talk.
///
/// Safe to use from any thread.
public final class ServerLink: Sendable {
  private typealias Descriptor = SupervisedServer.Descriptor

  private struct Slot: ~Copyable {
    var device: OwnedDescriptor?
  }

  /// Whether there is a mount to go on with.
  public let isResumed: Bool
  let record: SessionRecord
  private let socket: MessageSocket
  private let slot: Mutex<Slot>

  /// Takes over what the supervisor has started this process with; nil when it was started by
  /// somebody else, or this was called before.
  ///
  /// It changes the environment: call it at the beginning of the program.
  ///
  /// - Throws: `EPROTO` when the mount was made by a version whose record is of another form.
  public init?(inherited: Void = ()) throws(SystemError) {
    guard let mode = Environment.take(SupervisedServer.variable) else { return nil }
    isResumed = mode == SupervisedServer.resumed
    socket = MessageSocket(owning: try OwnedDescriptor(inherited: Descriptor.socket))
    try LifeLine.hold(try OwnedDescriptor(inherited: Descriptor.lifeLine))
    record = try SessionRecord(try OwnedDescriptor(inherited: Descriptor.record))
    slot = Mutex(
      Slot(device: isResumed ? try OwnedDescriptor(inherited: Descriptor.device) : nil))
  }

  /// Says why this server cannot go on.
  public func fail(_ reason: String) { tell(.failed(reason)) }

  /// The part of the record that is the tree's.
  func treeRecord() throws(StoreError) -> TreeRecord {
    do throws(SystemError) {
      return TreeRecord(try record.duplicateFile(), at: SessionRecord.reservedBytes)
    } catch {
      throw .system(error)
    }
  }

  private func tell(_ message: ServerMessage) { try? socket.send(message.bytes) }

  /// Makes the session: of a new mount, or of one that is gone on with, once the supervisor says
  /// that nobody else answers its requests.
  func session(
    fresh: () throws -> Session, _ fileSystem: any FileSystem, _ options: SessionOptions
  ) throws -> Session {
    guard isResumed, let device = slot.withLock({ $0.device.take() }) else {
      let session = try fresh()
      let device = try session.duplicateDevice()
      try socket.send(
        ServerMessage.mounted(session.deviceNumber).bytes, passing: device.rawValue)
      return session
    }
    tell(.prepared)
    while let message = try socket.receive() {
      guard ServerMessage(message.bytes) == .begin else { continue }
      return try Session(resuming: device, record, fileSystem, options: options)
    }
    throw SystemError("recvmsg", nil, .brokenPipe)
  }

  /// Has the kernel send again what a server before had taken, and listens to the supervisor.
  func begin(_ session: Session, _ logger: Logger) throws(SystemError) {
    if isResumed {
      do throws(Errno) { try session.resendRequests() } catch {
        logger.warning(
          "this kernel, older than Linux 6.9, does not send requests again: who waited for the server before waits until killed",
          metadata: ["reason": "\(error)"])
      }
    }
    _ = try JoinableThread { [socket] in
      while let message = (try? socket.receive()) ?? nil {
        if ServerMessage(message.bytes) == .leave { return session.leave() }
      }
      guard session.isRunning else { return }
      logger.warning("the supervisor is gone: nobody starts this server again if it dies")
    }
  }

  /// Says that requests are answered: from now on the mount outlives this process.
  func ready(_ session: Session) {
    session.keepMount()
    tell(.ready)
  }

  /// Says that this server answers no more.
  func end() { tell(.ended) }
}
