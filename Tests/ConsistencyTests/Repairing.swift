import StoreSimulation

@testable import Consistency
@testable import Store

/// Checks a store, blocks included, and repairs it.
func repair(_ store: Store, _ aids: Repair.Aids = Repair.Aids()) async -> CheckReport {
  var options = ConsistencyCheck.Options()
  options.checksData = true
  options.threads = 2
  return await Repair(ConsistencyCheck(store, options, logger: quiet), aids).run()
}

/// Checks and repairs a store with the help of others.
func repair(_ store: Store, from sources: [Store]) async -> CheckReport {
  var aids = Repair.Aids()
  aids.sources = sources
  return await repair(store, aids)
}
