import Dispatch
import Linux
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import Store

@Suite("Whatever operation of a command fails, and however")
struct FaultTests {
  static let errors: [Errno] = [
    .ioError, .noSpace, .diskQuotaExceeded, .staleNFSFileHandle, .permissionDenied,
  ]

  private func open(_ directory: any StoreDirectory, dead: Bool = false) throws -> Store {
    try Store.open(directory, surroundings: testSurroundings(isDead: { _ in dead }))
  }

  /// Runs a command on a copy with a fault; nil when it did not fail.
  private func failure(
    of command: CrashTests.Command, _ directory: MemoryDirectory, _ fault: Fault
  ) -> (any Error)? {
    do {
      try command.run(try open(FaultyDirectory(directory, fault)))
      return nil
    } catch {
      return error
    }
  }

  /// The operations of an undisturbed run, and the catalog it ends with.
  private func rehearse(
    _ command: CrashTests.Command, _ start: MemoryDirectory
  ) throws -> (calls: [StoreOperation], before: Catalog, after: Catalog) {
    let calls = Mutex<[StoreOperation]>([])
    let directory = start.copy()
    try command.run(
      try open(
        GatedDirectory(directory) { operation in
          calls.withLock { $0.append(operation) }
          return .proceed
        }))
    return (calls.withLock { $0 }, try open(start).newest(), try open(directory).newest())
  }

  /// What must hold whether or not the command failed.
  private func expectWhole(
    _ directory: MemoryDirectory, _ before: Catalog, _ after: Catalog, failed: Bool,
    _ place: String
  ) throws {
    let store = try open(directory, dead: true)
    let found = try store.newest()
    let isNew = found.images.map(\.names) == after.images.map(\.names)
    #expect(isNew || (failed && found == before), "\(place)")
    #expect(store.check(.data) == [], "\(place)")
    try store.clearLeftovers()
    #expect(directory.leftovers == [], "\(place)")
  }

  @Test(
    "the command says so or succeeds, and nothing is lost", arguments: CrashTests.commands, errors)
  func everyCall(_ command: CrashTests.Command, _ errno: Errno) throws {
    let start = try CrashTests.populated(command.fillers)
    let (calls, before, after) = try rehearse(command, start)
    var reports = 0
    for (index, call) in calls.enumerated() {
      let directory = start.copy()
      let fault = Fault(.operation(index + 1), .error(errno, after: .half))
      let error = failure(of: command, directory, fault)
      if let error = error as? StoreError { reports += error.isAbout(errno) ? 1 : 0 }
      let isMissed = error == nil || error is StoreError
      #expect(isMissed, "\(call): \(error as Any)")
      try expectWhole(directory, before, after, failed: error != nil, "\(index + 1): \(call)")
    }
    #expect(reports > 8, "only \(reports) of \(calls.count) failures were named")
  }

  @Test("an answer that gets lost does not make a change half", arguments: CrashTests.commands)
  func lostAnswers(_ command: CrashTests.Command) throws {
    let start = try CrashTests.populated(command.fillers)
    let (calls, before, after) = try rehearse(command, start)
    for (index, call) in calls.enumerated() where !call.call.onlyReads {
      let directory = start.copy()
      let fault = Fault(.operation(index + 1), .error(.staleNFSFileHandle, after: .all))
      let error = failure(of: command, directory, fault)
      try expectWhole(directory, before, after, failed: error != nil, "\(index + 1): \(call)")
    }
  }

  @Test(
    "a call that never works again ends the command, with the old catalog in place",
    arguments: StoreOperation.Call.allCases.filter { !$0.onlyReads && $0 != .makeDirectory })
  func deadCall(_ call: StoreOperation.Call) throws {
    let start = try CrashTests.populated()
    let command = CrashTests.commands[0]
    let (calls, before, after) = try rehearse(command, start)
    guard calls.contains(where: { $0.call == call }) else { return #expect(call == .rename) }
    let directory = start.copy()
    let error = failure(of: command, directory, Fault(.every(call), .error(.ioError)))
    #expect(error != nil || call == .unlink)
    try expectWhole(directory, before, after, failed: error != nil, "\(call)")
  }

  @Test("a read that comes back short is noticed", arguments: CrashTests.commands)
  func shortReads(_ command: CrashTests.Command) throws {
    let start = try CrashTests.populated(command.fillers)
    let (calls, before, after) = try rehearse(command, start)
    for (index, call) in calls.enumerated() where call.call.onlyReads {
      let directory = start.copy()
      let error = failure(of: command, directory, Fault(.operation(index + 1), .shortRead))
      let isRead = [.read, .readOpen].contains(call.call)
      #expect(error != nil || !isRead || call.area != .root, "\(call) was taken for whole")
      try expectWhole(directory, before, after, failed: error != nil, "\(index + 1): \(call)")
    }
  }

  @Test("a reader of short reads says so, or has read again")
  func shortReader() throws {
    let start = try CrashTests.populated()
    let whole = try ReaderView(reading: try open(start))
    let counting = FaultyDirectory(start, at: 0, .dead)
    _ = try? ReaderView(reading: try open(counting))
    let all = FaultyDirectory(start, at: .max, .dead)
    _ = try ReaderView(reading: try open(all))
    for operation in 1...all.operations {
      let faulty = FaultyDirectory(start, Fault(.operation(operation), .shortRead))
      do {
        #expect(try ReaderView(reading: try open(faulty)) == whole, "\(operation)")
      } catch let error as StoreError {
        guard case .damaged = error else {
          Issue.record("\(operation): \(error)")
          continue
        }
      }
    }
  }

  @Test("an error is never taken for damage", arguments: errors)
  func reader(_ errno: Errno) throws {
    let start = try CrashTests.populated()
    let all = FaultyDirectory(start, at: .max, .dead)
    func read(_ directory: any StoreDirectory) throws {
      let store = try open(directory)
      _ = try ReaderView(reading: store)
      let catalog = try store.newest()
      _ = try BlockIndex(loading: catalog, of: store)
      for pack in catalog.packs { _ = try store.pack(pack.id).trailer() }
    }
    try read(all)
    for operation in 1...all.operations {
      let failing = FaultyDirectory(start, at: operation, .once(errno))
      let error = #expect(throws: StoreError.self) { try read(failing) }
      #expect(error?.isAbout(errno) == true, "\(operation): \(error as Any)")
    }
  }

  @Test("others go on while an operation hangs, and it goes on later")
  func hangs() throws {
    let start = try CrashTests.populated()
    let command = CrashTests.commands[0]
    let count = try rehearse(command, start).calls.count
    for operation in 2...count {
      let directory = start.copy()
      let hang = Hang()
      let store = try open(
        FaultyDirectory(directory, Fault(.operation(operation), .hang(hang))))
      let failure = Mutex<String?>(nil)
      let importer = try JoinableThread {
        do { try command.run(store) } catch { failure.withLock { $0 = "\(error)" } }
      }
      hang.waitUntilReached()
      let isDone = DispatchSemaphore(value: 0)
      let other = try JoinableThread {
        _ = try? ReaderView(reading: store)
        _ = try? store.publish("tag") { (catalog) throws(StoreError) in
          try catalog.tagging("a", as: "meanwhile")
        }
        isDone.signal()
      }
      #expect(isDone.wait(timeout: .now() + .seconds(20)) == .success, "stuck at \(operation)")
      hang.release()
      for thread in [importer, other] { thread.join() }
      #expect(failure.withLock { $0 } == nil, "\(operation)")
      let names = Set(try store.newest().images.flatMap(\.names))
      #expect(names == ["a", "b", "meanwhile", "new"], "\(operation)")
      #expect(store.check() == [], "\(operation)")
    }
  }
}

extension StoreError {
  fileprivate func isAbout(_ errno: Errno) -> Bool {
    switch self {
    case .system(let cause), .linkRefused(let cause), .notWritable(_, let cause):
      cause.errno == errno
    default: false
    }
  }
}
