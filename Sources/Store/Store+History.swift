internal import Linux
internal import SystemPackage

extension Store {
  /// The numbers of the generations that are kept, ascending: one listing.
  public func generations() throws(StoreError) -> [UInt64] {
    try names(in: .generations).compactMap(StorePath.generationNumber).sorted()
  }

  /// What made a generation; nil when it is not there any more.
  ///
  /// - Throws: `damaged`.
  public func operation(ofGeneration number: UInt64) throws(StoreError) -> Operation? {
    struct OfGeneration: Decodable {
      var operation: Operation
    }
    let path = StorePath.generation(number)
    let bytes: [UInt8]
    do throws(StoreError) {
      bytes = try attempt(path) { () throws(SystemError) in try directory.read(path) }
    } catch .missing {
      return nil
    }
    return try path.decoding { () throws(FormatError) in
      try SealedText.decode(OfGeneration.self, from: bytes).operation
    }
  }

  /// What was done to the store, oldest first: what ``OperationLog`` gives, and nothing left out.
  ///
  /// - Throws: What the operating system refuses; what is damaged is passed over.
  public func history() throws(StoreError) -> [HistoryEntry] {
    var log = try OperationLog(self)
    var entries: [HistoryEntry] = []
    while let entry = try log.next() { entries.append(entry) }
    return entries.reversed()
  }

  /// The files in `history/`: one listing.
  public func historyPaths() throws(StoreError) -> [StorePath] { try historyFiles().map(\.path) }

  /// The names of the files in `history/`.
  func historyFiles() throws(StoreError) -> [HistoryFile.Name] {
    try names(in: .history).compactMap { HistoryFile.Name(name: $0) }
  }

  /// Reads a file of the history; nil when it is damaged.
  ///
  /// - Throws: `missing` when it was merged with others since.
  func historyFile(_ name: HistoryFile.Name) throws(StoreError) -> HistoryFile? {
    let bytes = try attempt(name.path) { () throws(SystemError) in try directory.read(name.path) }
    guard let file = try? SealedText.decode(HistoryFile.self, from: bytes),
      (try? file.validate(as: name)) != nil
    else { return nil }
    return file
  }

  /// All operations in `history/`, by generation, and the files that are damaged.
  func archivedOperations() throws(StoreError) -> (
    operations: [UInt64: Operation], damaged: [StorePath]
  ) {
    for _ in 0..<Self.mostHistoryAttempts {
      do throws(StoreError) {
        var operations: [UInt64: Operation] = [:]
        var damaged: [StorePath] = []
        for name in try historyFiles() {
          guard let file = try historyFile(name) else {
            damaged.append(name.path)
            continue
          }
          for entry in file.operations { operations[entry.generation] = entry.operation }
        }
        return (operations, damaged)
      } catch .missing {
        // It was merged into another file, which was there before this one went.
        continue
      }
    }
    throw .overtaken(attempts: Self.mostHistoryAttempts)
  }

  /// How often files of the history may vanish while they are read.
  static var mostHistoryAttempts: Int { 20 }
}
