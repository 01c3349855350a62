internal import FUSE
public import Linux
public import Logging
public import SystemPackage

/// Keeps a mount alive while its servers, processes of their own, come and go.
///
/// It has the device of the mount and the record by which a server goes on with it, and starts a
/// server whenever one has died, so that whoever uses the mount notices nothing but a pause. It
/// never touches the mount or a store, so nothing that hangs can make it hang; it does nothing
/// while its server lives. The first server mounts and hands the device over. It is asked by
/// ``Takeover`` to start another program as the server.
///
/// Should it be killed itself, the server goes on, without anybody who would start another.
public final class Supervisor {
  /// How it ended.
  public enum End: Equatable, Sendable {
    /// The mount is gone as it should be.
    case unmounted
    /// The first server could not serve: the reason it gave, and its exit status.
    case notStarted(reason: String, exitStatus: Int32)
    /// Servers died again and again; the mount has been detached.
    case gaveUp
  }

  /// For how many seconds servers may go on once they are told to end.
  static let patience: Double = 25
  /// How many may connect without saying what for before the first of them is forgotten.
  static let mostGuests = 8
  /// For how many seconds a server may answer what it has taken while another is to take over.
  static let handingOn: Double = 10

  let arguments: [String]
  let logger: Logger
  let ready: () -> Void
  var program: ServerProgram
  /// What served before a takeover, until the new one has proved itself.
  var programBefore: ServerProgram?
  var rules = RestartRules()
  let record: OwnedDescriptor
  var device: OwnedDescriptor?
  /// The server that is to answer requests.
  var server: SupervisedServer?
  /// Servers that have been told to leave, and are still there.
  var leaving: [SupervisedServer] = []
  /// Dead processes that cannot be waited for yet.
  var ended: [RunningChild] = []
  /// A takeover under way.
  var takeover: PendingTakeover?
  var listener: MessageListener?
  /// Who has connected and not yet said what for.
  var guests: [MessageSocket] = []
  /// When the next server is to be started; nil when none is.
  var restart: Double?
  var end: End?
  var isStopping = false
  var wasReady = false

  /// Makes a supervisor; nothing is started yet.
  ///
  /// - Parameters:
  ///   - program: What is to be run as the server.
  ///   - arguments: Its arguments: it finds by its environment that it is a server (``ServerLink``).
  ///   - ready: Called once, when the mount answers.
  public init(
    _ program: FilePath, _ arguments: [String], logger: Logger, ready: @escaping () -> Void
  ) throws(SystemError) {
    self.program = try ServerProgram(program)
    self.arguments = arguments
    self.logger = logger
    self.ready = ready
    record = try OwnedDescriptor(inMemory: "firn-serve")
  }

  /// Supervises until the mount is gone, one way or the other.
  ///
  /// SIGTERM and SIGINT unmount; SIGHUP goes to the server.
  public func run() throws(SystemError) -> End {
    let signals = try SignalQueue([.terminate, .interrupt, .hangUp])
    server = try start(program)
    while end == nil {
      let numbers = [signals.number] + waitedFor
      let readable = try Readable.wait(for: numbers, seconds: pause)
      if readable.contains(signals.number) { for signal in signals.take() { obey(signal) } }
      hearServers(readable)
      hearClients(readable)
      startDue()
      endLate()
      ended.removeAll { $0.reap() != nil }
    }
    return end ?? .unmounted
  }

  /// All servers there are.
  var servers: [SupervisedServer] {
    [server, takeover?.server].compactMap { $0 } + leaving
  }

  private var waitedFor: [Int32] {
    servers.flatMap(\.numbers) + guests.map(\.number)
      + [listener?.number, asking?.number].compactMap { $0 }
  }

  /// How long nothing has to be done without a reason from outside.
  private var pause: Double? {
    let now = MonotonicClock.seconds()
    return ([restart] + servers.map(\.deadline)).compactMap { $0 }.min().map { max(0, $0 - now) }
  }

  private func obey(_ signal: SignalWaiter.Signal) {
    if signal == .hangUp {
      // One that does not answer yet looks for what is new anyway.
      if let server, server.readySince != nil { server.process.signal(signal) }
      return
    }
    isStopping = true
    for server in servers {
      server.deadline = server.deadline ?? MonotonicClock.seconds() + Self.patience
      server.process.signal(.terminate)
    }
    if servers.isEmpty { finish(.unmounted, detaching: true) }
  }

  /// Ends; what is left of mount and servers goes.
  func finish(_ end: End, detaching: Bool) {
    for server in servers { server.process.kill() }
    if detaching { (try? SessionRecord(record.duplicate()))?.detachMount() }
    device = nil
    self.end = self.end ?? end
  }
}
