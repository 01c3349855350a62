internal import Linux
internal import Logging
internal import SystemPackage

// What servers say, and what becomes of those that die.

extension Supervisor {
  func start(_ program: ServerProgram) throws(SystemError) -> SupervisedServer {
    try SupervisedServer(
      program.startPath, arguments, record: record.rawValue, device: device?.rawValue)
  }

  /// Takes what servers have sent, and notes who is dead.
  func hearServers(_ readable: Set<Int32>) {
    for server in servers {
      if server.isDead(readable) {
        while hear(server) {}
        noteDeath(of: server)
      } else if readable.contains(server.socket.number) {
        _ = hear(server)
      }
    }
  }

  /// Takes one message, without waiting; false when there is none.
  private func hear(_ server: SupervisedServer) -> Bool {
    guard var message = (try? server.socket.receive(waiting: false)) ?? nil else { return false }
    switch ServerMessage(message.bytes) {
    case .mounted(let name):
      device = message.takeDescriptor()
      listen(name)
    case .prepared:
      server.isPrepared = true
      if takeover?.server === server {
        hasPrepared(server)
      } else {
        server.tell(.begin)
      }
    case .ready: noteReady(server)
    case .failed(let reason): server.failure = reason
    case .ended:
      server.hasEnded = true
      if leaving.contains(where: { $0 === server }) { letBegin() }
    default: break
    }
    return true
  }

  /// Notes that a server answers requests.
  private func noteReady(_ which: SupervisedServer) {
    which.readySince = MonotonicClock.seconds()
    guard wasReady else {
      wasReady = true
      return ready()
    }
    if finishTakeover(by: which) { return }
    logger.notice(
      "the server was started again and goes on", metadata: ["process": "\(which.process.id)"])
  }

  private func noteDeath(of which: SupervisedServer) {
    ended.append(which.process)
    if let index = leaving.firstIndex(where: { $0 === which }) {
      leaving.remove(at: index)
      return letBegin()
    }
    if let takeover, takeover.server === which, server !== which { return refuse(takeover, which) }
    server = nil
    let hasEnded = which.hasEnded || isStopping
    if hasEnded { return finish(.unmounted, detaching: true) }
    guard wasReady else {
      let status = exitStatus(of: which)
      return finish(
        .notStarted(reason: which.failure ?? "", exitStatus: status), detaching: device != nil)
    }
    noteMishap(of: which)
  }

  /// A server that had answered requests, or was to go on with them, is dead.
  private func noteMishap(of which: SupervisedServer) {
    let service = which.service(at: MonotonicClock.seconds())
    let status = exitStatus(of: which, within: 0.2)
    logger.error(
      "the server died; the mount waits for another",
      metadata: [
        "process": "\(which.process.id)", "status": "\(status)",
        "reason": "\(which.failure ?? "none given")",
      ])
    if takeover?.server === which { takeover = nil }
    if let before = programBefore, service.map({ $0 < rules.youth }) ?? true {
      logger.error("the program before is started again", metadata: ["program": "\(before.path)"])
      program = before
    }
    programBefore = nil
    again(rules.note(deathAfter: service))
  }

  private func again(_ step: RestartRules.Step) {
    switch step {
    case .start(let pause): restart = MonotonicClock.seconds() + pause
    case .giveUp:
      logger.critical(
        "the server died again and again and is given up; the mount is detached",
        metadata: ["deaths": "\(rules.earlyDeaths)"])
      finish(.gaveUp, detaching: true)
    }
  }

  /// Starts a server when it is time to; one that is taking over will do as well.
  func startDue() {
    guard end == nil, !isStopping, server == nil, let due = restart,
      MonotonicClock.seconds() >= due
    else { return }
    restart = nil
    do throws(SystemError) {
      server = try start(program)
    } catch {
      logger.error("a server cannot be started", metadata: ["reason": "\(error)"])
      again(rules.note(deathAfter: nil))
    }
  }

  /// Kills servers that do not end.
  func endLate() {
    let now = MonotonicClock.seconds()
    for server in servers {
      guard let deadline = server.deadline, now >= deadline else { continue }
      server.deadline = nil
      server.process.kill()
    }
  }

  /// The exit status of a dead server; -1 while threads of it are not let go by the kernel.
  private func exitStatus(of which: SupervisedServer, within seconds: Double = 2) -> Int32 {
    let deadline = MonotonicClock.seconds() + seconds
    while true {
      if let status = which.process.reap() { return status }
      guard MonotonicClock.seconds() < deadline else { return -1 }
      WallClock.pause(milliseconds: 5)
    }
  }
}
