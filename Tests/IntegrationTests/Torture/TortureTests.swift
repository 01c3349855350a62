import Glibc
import Testing

/// Importers, removers, readers and a collector on one store, each killed at random moments.
///
/// `make torture` lets it run for minutes.
@Suite("Under torture", .needs(.firn), .serialized)
struct TortureTests {
  private struct Running {
    var role: TortureCommand.Role
    var command: TortureCommand
    var program: RunningProgram
    var isKilled = false
  }

  /// How long it runs, in seconds: FIRN_TORTURE_SECONDS.
  private static let seconds =
    getenv("FIRN_TORTURE_SECONDS").flatMap { Double(String(cString: $0)) } ?? 20
  private static let roles: [TortureCommand.Role] =
    Array(repeating: .importer, count: 8) + [.remover, .remover, .reader, .reader, .collector]

  @Test("a store loses nothing, shows nothing by halves, and is sound afterwards")
  func torture() throws {
    let scratch = try Scratch("torture")
    var store = try TortureStore(scratch)
    var generator = SystemRandomNumberGenerator()
    var running: [Running] = []
    var idle = Self.roles
    var ended = 0
    var killed = 0
    let end = now() + Self.seconds
    while now() < end || !running.isEmpty {
      if now() < end { start(&idle, &running, &store, &generator) }
      for index in running.indices.reversed() where !running[index].program.isRunning {
        let one = running.remove(at: index)
        let outcome = try one.program.wait(timeout: 1)
        let isKilled = outcome.status == 128 + SIGKILL
        killed += isKilled ? 1 : 0
        ended += 1
        let objection = one.command.end(outcome, isKilled: isKilled, &store)
        #expect(objection == nil, "\(outcome)")
        idle.append(one.role)
      }
      if Int.random(in: 0..<12, using: &generator) == 0 {
        running.randomElement(using: &generator)?.program.signal(SIGKILL)
      }
      usleep(10_000)
    }
    #expect(killed > 3 && ended > killed + 10, "\(ended) commands ended, \(killed) killed")
    try expectSound(store)
  }

  private func start(
    _ idle: inout [TortureCommand.Role], _ running: inout [Running], _ store: inout TortureStore,
    _ generator: inout some RandomNumberGenerator
  ) {
    var waiting: [TortureCommand.Role] = []
    for role in idle {
      guard let command = TortureCommand.random(role, store, using: &generator),
        let program = try? store.firn.command(command.words(store)).start()
      else {
        waiting.append(role)
        continue
      }
      command.begin(&store)
      running.append(Running(role: role, command: command, program: program))
    }
    idle = waiting
  }

  /// Clears once, and then finds nothing wrong.
  private func expectSound(_ store: TortureStore) throws {
    try store.firn("gc", "--grace", "0s", "--keep-within", "0s")
    let check = try store.firn.run("fsck", "--data", "--json")
    #expect(check.status == 0, "\(check)")
    #expect(try list("\(store.firn.store)/staging") == [])
    for name in store.names.keys.sorted() { try store.expectSound(name) }
  }
}
