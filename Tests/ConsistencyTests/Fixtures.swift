import Linux
import Logging
import StoreSimulation
import SystemPackage

@testable import Consistency
@testable import Store

/// A logger that says nothing.
let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// A store of two images in two packs that share blocks, and a removed one that is kept.
func sampleStore() throws -> (store: Store, directory: MemoryDirectory) {
  let made = try memoryStore()
  try Sample("a").publish(to: made.store)
  try Sample("b", blocks: [3, 9], small: ["beta", "gamma"]).publish(to: made.store)
  try Sample("c", blocks: [20], small: ["delta"]).publish(to: made.store)
  try made.store.publish("remove") { (catalog) throws(StoreError) in
    try catalog.removing(image: "c")
  }
  return made
}

/// Checks a store, blocks included, with two threads.
func check(_ store: Store) -> CheckReport {
  var options = ConsistencyCheck.Options()
  options.checksData = true
  options.threads = 2
  return ConsistencyCheck(store, options, logger: quiet).run()
}

/// Calls a body with the path of a new directory, which is removed afterwards.
func withTemporaryPath(_ body: (FilePath) throws -> Void) throws {
  let path = FilePath("/tmp/firn-consistency-\(UInt64.random(in: 0 ... .max))")
  try Paths.makeDirectory(path, mode: 0o700)
  defer {
    for name in (try? Paths.list(path)) ?? [] { try? Paths.unlink(path.appending(name)) }
    try? Paths.removeDirectory(path)
  }
  try body(path)
}
