/// What was done to a store, newest first: the operations of the generations that are kept, then
/// those of `history/`.
///
/// Reads one generation at a time, as far as it is asked. Nothing is left out or told twice
/// whatever is collected meanwhile. Owned by one caller.
public struct OperationLog {
  private let store: Store
  /// The generations to be read, ascending.
  private var kept: [UInt64]
  /// Everything from this generation on was told.
  private var told: UInt64
  /// What is to be told of `history/`, ascending; nil before it was read.
  private var archived: [HistoryEntry]?
  /// Files that could not be read because they are damaged.
  public private(set) var damaged: [StorePath] = []

  /// Begins with the newest generation.
  public init(_ store: Store) throws(StoreError) {
    self.store = store
    // A generation that is collected after this listing is in the history that is read later.
    kept = try store.generations()
    told = kept.last.map { $0 < .max ? $0 + 1 : .max } ?? .max
  }

  /// The next older operation; nil after the first.
  public mutating func next() throws(StoreError) -> HistoryEntry? {
    // Where numbers are missing (a crash may bring back what was removed) or a generation went
    // since, everything below is in the history.
    while archived == nil, let number = kept.last, number == told - 1 {
      do throws(StoreError) {
        guard let operation = try store.operation(ofGeneration: number) else { break }
        pass(number)
        return HistoryEntry(generation: number, operation: operation)
      } catch .damaged(let path, _) {
        pass(number)
        damaged.append(path)
      }
    }
    if archived == nil { try readArchive() }
    return archived?.popLast()
  }

  private mutating func pass(_ number: UInt64) {
    told = number
    kept.removeLast()
  }

  private mutating func readArchive() throws(StoreError) {
    let found = try store.archivedOperations()
    damaged += found.damaged
    var operations = found.operations.filter { $0.key < told }
    for number in kept where number < told && operations[number] == nil {
      operations[number] = try? store.operation(ofGeneration: number)
    }
    archived = operations.map { HistoryEntry(generation: $0.key, operation: $0.value) }
      .sorted { $0.generation < $1.generation }
  }
}
