extension StagingArea {
  /// Makes sure, durably, that `history/` has the operations of all generations up to one, so that
  /// these may be removed.
  ///
  /// Files that are not full are merged into the new one. Safe beside everything, others that do
  /// the same included: who finds that a generation went before its operation was read looks for
  /// it in the history again. The operation of a damaged generation is left out.
  public func archiveOperations(through last: UInt64) throws(StoreError) {
    try archiveOperations(through: last, fullAt: HistoryFile.Name.full)
  }

  /// - Parameter full: Files of so many generations are not merged any more.
  func archiveOperations(through last: UInt64, fullAt full: UInt64) throws(StoreError) {
    for _ in 0..<Store.mostHistoryAttempts {
      if try attemptArchive(through: last, full) { return }
    }
    throw .overtaken(attempts: Store.mostHistoryAttempts)
  }

  /// - Returns: False when somebody else was faster and everything must be looked at again.
  private func attemptArchive(
    through last: UInt64, _ full: UInt64
  ) throws(StoreError) -> Bool {
    let names = try store.historyFiles()
    guard let found = try mergeable(names, full) else { return false }
    let covered = found.map(\.last).max() ?? 0
    guard covered < last else { return true }
    var operations: [UInt64: Operation] = [:]
    let partial = found.filter { !$0.name.isFull(at: full) }
    for entry in partial.flatMap(\.operations) { operations[entry.generation] = entry.operation }
    let isWhole = try addOperations(from: covered + 1, through: last, to: &operations)
    // Without news from the history, what is not there was lost, and waiting does not bring it.
    if !isWhole, try store.historyFiles() != names { return false }
    let name = HistoryFile.Name(
      first: partial.map(\.first).min() ?? covered + 1, last: last)
    let entries = operations.map { HistoryEntry(generation: $0.key, operation: $0.value) }
      .sorted { $0.generation < $1.generation }
    guard try write(HistoryFile(name, entries)) else { return false }
    for file in partial where file.name != name { try store.removeIfPresent(file.name.path) }
    return true
  }

  /// The files that are not full, and the last; damaged ones are as if they were not there.
  ///
  /// - Returns: Nil when one was merged by somebody else meanwhile.
  private func mergeable(
    _ names: [HistoryFile.Name], _ full: UInt64
  ) throws(StoreError) -> [HistoryFile]? {
    var files: [HistoryFile] = []
    for name in names.sorted(by: { $0.last > $1.last })
    where !name.isFull(at: full) || files.isEmpty {
      do throws(StoreError) {
        if let file = try store.historyFile(name) { files.append(file) }
      } catch .missing {
        return nil
      }
    }
    return files
  }

  /// - Returns: Whether all generations were there.
  private func addOperations(
    from first: UInt64, through last: UInt64, to operations: inout [UInt64: Operation]
  ) throws(StoreError) -> Bool {
    let kept = try store.generations().filter { (first...last).contains($0) }
    var isWhole = UInt64(kept.count) == last - first + 1
    for number in kept {
      do throws(StoreError) {
        if let operation = try store.operation(ofGeneration: number) {
          operations[number] = operation
        } else {
          isWhole = false
        }
      } catch .damaged {
        continue
      }
    }
    return isWhole
  }

  /// - Returns: False when a good file has the name already.
  private func write(_ file: HistoryFile) throws(StoreError) -> Bool {
    let bytes: [UInt8]
    do throws(FormatError) {
      try file.validate(as: file.name)
      bytes = try SealedText.encode(file)
    } catch {
      throw .invalidObject(error)
    }
    if try write(bytes, onceAs: file.name.path) { return true }
    do throws(StoreError) {
      if try store.historyFile(file.name) != nil { return false }
    } catch .missing {
      return false
    }
    try write(bytes, as: file.name.path)
    return true
  }
}
