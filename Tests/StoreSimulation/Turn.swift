public import Linux
public import Store

/// An actor's part in one run of an ``Interleaving``: what it does through its turn is scheduled.
public struct Turn: Sendable {
  let conductor: Conductor
  /// The actor's number, from 0.
  public let actor: Int
  /// The clock of all actors of this run.
  public var clock: VirtualClock { conductor.clock }

  /// The directory as this actor uses it: before each operation it waits for its turn.
  public func directory(_ base: any StoreDirectory) -> any StoreDirectory {
    let (conductor, actor) = (conductor, actor)
    return GatedDirectory(base) { operation in
      conductor.reach(.operation(operation), actor)
      return .proceed
    }
  }

  /// The process this actor stands for.
  public var process: ProcessIdentity {
    ProcessIdentity(boot: "b00t", pidNamespace: 7, pid: 100 + Int32(actor), startTime: 9)
  }

  /// Surroundings on the common clock, where pauses give the turn away, a process is known to be
  /// dead when its actor has ended, and tokens are the same in every run of a schedule.
  public var surroundings: Surroundings {
    let (conductor, actor) = (conductor, actor)
    return Surroundings(
      writer: { "actor\(actor)@simulation" }, process: process, now: { conductor.clock.now },
      isKnownDead: { conductor.hasEnded(Int($0.pid) - 100) },
      token: { conductor.token(for: actor) },
      pause: { _ in conductor.reach(.pause, actor) })
  }

  /// Opens a store as this actor.
  public func store(_ base: any StoreDirectory) throws(StoreError) -> Store {
    try Store.open(directory(base), surroundings: surroundings)
  }

  /// Gives the turn away, as a pause does.
  public func pause() { conductor.reach(.pause, actor) }
}
