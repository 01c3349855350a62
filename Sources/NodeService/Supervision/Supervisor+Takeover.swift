internal import Linux
internal import Logging
internal import SystemPackage

/// A request for another program as the server, until it is answered.
struct PendingTakeover {
  let client: MessageSocket
  let program: ServerProgram
  let server: SupervisedServer
  /// Whether nobody waits for the answer any more.
  var isGivenUp = false
}

// Another program takes the place of the server: it prepares itself while the old one serves, and
// goes on when that has answered what it had taken. Between the two the kernel keeps requests.

extension Supervisor {
  /// Listens for who asks for a takeover.
  func listen(_ device: String) {
    do throws(SystemError) {
      listener = try MessageListener(Takeover.socketName(ofDevice: device))
    } catch {
      logger.warning(
        "nobody can ask for another program as the server", metadata: ["reason": "\(error)"])
    }
  }

  /// Takes requests, and notes who does not wait any more.
  func hearClients(_ readable: Set<Int32>) {
    if let asking, readable.contains(asking.number), let takeover {
      takeover.server.failure = "whoever asked for it has gone"
      takeover.server.process.kill()
      self.takeover?.isGivenUp = true
    }
    for guest in guests where readable.contains(guest.number) {
      guests.removeAll { $0 === guest }
      hear(guest)
    }
    if let listener, readable.contains(listener.number), let guest = try? listener.accept() {
      guests = guests.suffix(Self.mostGuests - 1) + [guest]
    }
  }

  /// Takes what somebody has sent.
  private func hear(_ client: MessageSocket) {
    guard let message = (try? client.receive(waiting: false)) ?? nil,
      case .program(let path)? = TakeoverMessage(message.bytes)
    else { return }
    guard let user = try? client.peerUser(), user == 0 || user == effectiveUser() else {
      return answer(client, .failed("only root and the owner of the mount may do that"))
    }
    take(client, FilePath(path))
  }

  private func take(_ client: MessageSocket, _ path: FilePath) {
    guard takeover == nil, leaving.isEmpty, !isStopping, let old = server, old.readySince != nil
    else { return answer(client, .failed("the server is being replaced already")) }
    do throws(SystemError) {
      let program = try ServerProgram(path)
      takeover = PendingTakeover(client: client, program: program, server: try start(program))
      logger.notice("another program is to take over", metadata: ["program": "\(path)"])
    } catch {
      answer(client, .failed("\(error)"))
    }
  }

  /// Who asked for a takeover and may still go away.
  var asking: MessageSocket? {
    guard let takeover, !takeover.isGivenUp, server !== takeover.server else { return nil }
    return takeover.client
  }

  private func answer(_ client: MessageSocket, _ message: TakeoverMessage) {
    try? client.send(message.bytes)
  }

  /// The new server could go on: the old one is to leave.
  func hasPrepared(_ new: SupervisedServer) {
    guard let takeover else { return }
    programBefore = program
    program = takeover.program
    let old = server
    server = new
    restart = nil
    guard let old else { return letBegin() }
    old.deadline = MonotonicClock.seconds() + Self.handingOn
    leaving.append(old)
    old.tell(.leave)
  }

  /// Lets the new server begin when no other answers requests.
  func letBegin() {
    guard let server, server.isPrepared, server.readySince == nil,
      leaving.allSatisfy({ $0.hasEnded })
    else { return }
    server.tell(.begin)
  }

  /// Whether a server that answers now has taken over; tells whoever asked for it.
  func finishTakeover(by server: SupervisedServer) -> Bool {
    guard let takeover, takeover.server === server else { return false }
    self.takeover = nil
    logger.notice(
      "another program has taken over",
      metadata: ["program": "\(program.path)", "process": "\(server.process.id)"])
    answer(takeover.client, .done(server.process.id))
    return true
  }

  /// The new server is dead before it took over: the old one goes on.
  func refuse(_ takeover: PendingTakeover, _ dead: SupervisedServer) {
    self.takeover = nil
    logger.error(
      "the program that was to take over cannot; the server goes on",
      metadata: [
        "program": "\(takeover.program.path)",
        "reason": "\(dead.failure ?? "it ended without a word")",
      ])
    answer(takeover.client, .failed(dead.failure ?? "it ended without a word"))
    if server == nil, restart == nil { restart = MonotonicClock.seconds() }
  }
}
