import FoundationEssentials
import Glibc
import Testing

/// What `firn doctor` says of a real store and mount, above all when the server is not there.
@Suite("The doctor", .serialized, .tags(.root, .fuse), .needs(.firn, .root, .fuse))
struct DoctorTests {
  private struct Result: Decodable {
    var name: String
    var subject: String?
    var outcome: String
    var message: String
    var next: String?
  }

  // Released in this order.
  private let served: ServedMount
  private let firn: Firn
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch("doctor")
    firn = try Firn(creating: scratch("store"))
    served = try ServedMount(firn, at: scratch("mount"))
  }

  /// Runs the doctor, which must answer soon whatever the mount is like.
  private func examine(status: Int32) throws -> [Result] {
    var command = try firn.command("doctor", "--json", served.point)
    command.timeout = 60
    let outcome = try command.run()
    #expect(outcome.status == status, "\(outcome)")
    return try JSONDecoder().decode([Result].self, from: Data(outcome.output))
  }

  private func mount(_ results: [Result]) throws -> Result {
    try #require(results.first { $0.name == "mount" && $0.subject == served.point })
  }

  @Test("finds a store and a mount in order, and leaves nothing in the store")
  func healthy() throws {
    let results = try examine(status: 0)
    let process = try #require(served.server)
    #expect(try mount(results).message.contains("process \(process)"))
    for name in ["store", "directories", "exclusive-create", "link", "rename", "fsync", "clock"] {
      let result = results.first { $0.name == name && $0.subject == firn.store }
      #expect(result?.outcome == "ok", "\(name): \(result?.message ?? "not checked")")
    }
    #expect(try list("\(firn.store)/staging") == [])
  }

  @Test("finds a dead mount without touching it, and says what helps")
  func killed() throws {
    for process in served.processes { kill(process, SIGKILL) }
    #expect(eventually(within: 10) { served.processes.isEmpty })
    let result = try mount(try examine(status: 72))
    #expect(result.outcome == "problem")
    #expect(result.message.contains("dead"))
    #expect(result.next?.contains("firn unmount \(served.point)") == true)
    try firn("unmount", served.point)
    #expect(try mount(try examine(status: 72)).message == "nothing is mounted here")
  }

  @Test("finds a server that is stopped while somebody waits for it")
  func stopped() throws {
    let process = try #require(served.server)
    kill(process, SIGSTOP)
    defer { kill(process, SIGCONT) }
    let victim = try Command("ls", "-l", "\(served.point)/images/unknown").start()
    let result = try mount(try examine(status: 72))
    #expect(result.message.contains("process \(process)"))
    #expect(result.message.contains("stopped"))
    kill(process, SIGCONT)
    #expect(try victim.wait(timeout: 30).status != 0)
    #expect(try mount(try examine(status: 0)).outcome == "ok")
  }
}
