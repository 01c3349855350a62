import Linux
import Store
import Synchronization

/// Surroundings in which time stands still, nobody is dead and nothing waits.
///
/// With a seed the tokens are the same in every run.
func testSurroundings(
  now: Int64 = 1_000_000, pid: Int32 = 1, seed: UInt64? = nil,
  isDead: @escaping @Sendable (Int32) -> Bool = { _ in false }
) -> Surroundings {
  let count = Mutex(seed.map { $0 << 32 } ?? .random(in: 1 ... .max >> 1))
  return Surroundings(
    writer: { "tester@here" },
    process: ProcessIdentity(boot: "b00t", pidNamespace: 7, pid: pid, startTime: 9),
    now: { now }, isKnownDead: { isDead($0.pid) },
    token: {
      count.withLock { count in
        count += 1
        return WriterToken(rawValue: count)
      }
    }, pause: { _ in })
}

/// A new store in memory.
func memoryStore() throws -> (store: Store, directory: MemoryDirectory) {
  let directory = MemoryDirectory()
  let store = try Store.create(
    at: directory, parameters: testParameters, surroundings: testSurroundings())
  return (store, directory)
}

extension MemoryDirectory {
  /// The files that are staged, and who owns them.
  var leftovers: [StorePath] { paths.filter { $0.area == .staging || $0.name.hasPrefix(".") } }
}
