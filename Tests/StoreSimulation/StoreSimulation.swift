// How to test a change of the store against crashes, faults and other writers
// ============================================================================
//
// Everything the store does goes through `StoreDirectory`; the directories here stand in for a real
// one. They nest: FaultyDirectory(turn.directory(crashing), at: 7, .dead) is an actor that dies at
// its seventh operation, on a machine that may crash.
//
// - MemoryDirectory: the live state, nothing else. `contents`, `leftovers`, `copy()`, `tamper`.
// - FaultyDirectory: errors, short reads, lost answers and hangs at the n-th operation, at those of
//   one kind, or from the n-th on (`.dead`, a killed process).
// - CrashingDirectory: knows what is durable. `crash(_:)` gives a MemoryDirectory as it is found
//   after a crash of the machine; the model is written down there.
// - GatedDirectory: asks a closure before each operation; make your own from it.
// - Sample: an image that is imported as a real importer does it. ReaderView: all that a reader can
//   get at, read and checked, to be compared.
//
// A crash of the machine at every operation, and every way to survive it:
//
//     let start = ...                                     // a MemoryDirectory, all of it durable
//     let states = try CrashSweep.states(from: start) { directory in
//       let store = try Store.open(directory, surroundings: testSurroundings())
//       try command(store)
//     }
//     for state in states {                               // some hundred, each different
//       let store = try Store.open(state.directory, surroundings: testSurroundings(pid: 2))
//       #expect(try isOldOrNew(store), "\(state)")        // the description says where to look
//       if state.hasReturned { #expect(new) }             // what returned is never lost
//     }
//
// Actors at once, in every order with at most two preemptions:
//
//     var interleaving = Interleaving(
//       [
//         .init("importer") { directory, turn in
//           try Sample("new").publish(to: turn.store(directory))
//         },
//         .init("collector") { directory, turn in
//           turn.clock.advance(by: 86_400)
//           try collect(turn.store(directory))
//         },
//       ], prepare: { start.copy() },
//       verify: { directory, outcome in                   // throws what is wrong
//         try outcome.requireNoErrors()
//         try require(Store.open(directory).check(.data).isEmpty, "damaged")
//       })
//     interleaving.preempts = { $0.mayMatterToOthers }     // fewer places: some 5 ms a run
//     try interleaving.explore(preemptions: 2, limit: 2000)
//     try interleaving.explore(random: 500, seed: 1)
//
// Leave `preempts` alone where somebody clears or collects what another actor is writing: then
// temporary files matter. To crash the machine in such a run, let the world hold a
// CrashingDirectory and call `crash(_:)` where an actor's command has returned.
//
// A failure prints its schedule; `interleaving.run(Schedule("0:1 17:0")!)` plays it again. Actors
// must use the world only through their turn (its `store`, `directory`, `surroundings`), or take
// turns explicitly with `pause()`; an actor that waits for another in any other way is stuck, which
// is reported after `secondsPerRun`.

/// Something that must hold and does not.
public struct Violation: Error, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  /// Says what is wrong.
  public init(_ description: String) { self.description = description }
}

/// Throws a ``Violation`` unless a condition holds.
public func require(
  _ condition: Bool, _ description: @autoclosure () -> String
) throws(Violation) {
  if !condition { throw Violation(description()) }
}
