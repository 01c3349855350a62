import Failures
import Linux
import StoreSimulation
import SystemPackage
import Testing

@testable import Store

@Suite("A staging area")
struct StagingTests {
  private func store(
    _ directory: any StoreDirectory, now: Int64 = 1_000_000, pid: Int32 = 1,
    dead: Set<Int32> = []
  ) throws -> Store {
    try Store.open(
      directory,
      surroundings: testSurroundings(now: now, pid: pid, isDead: { dead.contains($0) }))
  }

  @Test("is announced in staging/ while it lives, and gone when it is finished")
  func lifetime() throws {
    let (store, directory) = try memoryStore()
    let staging = try store.stage(purpose: "test", for: 60)
    #expect(try store.stagingOwners() == [staging.owner])
    #expect(staging.owner.expires == 1_000_060)
    _ = try PackWriter(staging)
    #expect(directory.leftovers.count == 2)
    #expect(store.check() == [])
    staging.finish()
    staging.finish()
    #expect(directory.leftovers.isEmpty)
  }

  @Test(
    "cannot begin where this user may not write, which names the store and no file that never was",
    arguments: [Errno.permissionDenied, .notPermitted, .readOnlyFileSystem],
    [StoreOperation.Call.create, .unlink])
  func refused(errno: Errno, call: StoreOperation.Call) throws {
    let (writer, directory) = try memoryStore()
    // What a dead command left is removed first, which may be what is refused.
    let left = try writer.stage(purpose: "test")
    let store = try store(
      FaultyDirectory(directory, Fault(.every(call), .error(errno))), pid: 2, dead: [1])
    let error = #expect(throws: StoreError.self) { try store.stage(purpose: "test") }
    let failure = try #require(error?.failure)
    #expect(failure.code == .permissionDenied)
    #expect(failure.sentence.hasPrefix("the store \(directory.location) "))
    #expect(!failure.description.contains(left.owner.name))
    let isReadOnly = errno == .readOnlyFileSystem
    #expect(failure.sentence.contains("read-only") == isReadOnly)
    #expect(failure.nextStep?.contains("firn-init(1)") == !isReadOnly)
  }

  @Test("that nobody holds any more is removed")
  func abandoned() throws {
    let (store, directory) = try memoryStore()
    func begin() throws { _ = try PackWriter(try store.stage(purpose: "test")) }
    try begin()
    #expect(directory.leftovers.isEmpty)
  }

  /// Stages a file and dies.
  private func crash(_ directory: MemoryDirectory, pid: Int32) throws {
    let dying = FaultyDirectory(directory, at: 9, .dead)
    let store = try Store.open(dying, surroundings: testSurroundings(pid: pid))
    let staging = try store.stage(purpose: "test")
    _ = try PackWriter(staging)
    while dying.operations < 8 { _ = try store.names(in: .packs) }
    staging.finish()
  }

  @Test("of a dead process is cleared by the next command, that of a living one is not")
  func deadOwner() throws {
    let (_, directory) = try memoryStore()
    try crash(directory, pid: 5)
    let crashed = directory.leftovers
    #expect(crashed.count == 2)
    #expect(try store(directory).clearLeftovers().isEmpty)
    #expect(directory.leftovers == crashed)
    let cleared = try store(directory, dead: [5]).clearLeftovers()
    #expect(cleared.map(\.process.pid) == [5])
    #expect(directory.leftovers.isEmpty)
  }

  @Test("is cleared by other hosts once it has expired, with a margin for their clocks")
  func expiry() throws {
    let (_, directory) = try memoryStore()
    try crash(directory, pid: 5)
    let expires = try #require(try store(directory).stagingOwners().first).expires
    for now in [expires, expires + Store.clockMargin] {
      #expect(try store(directory, now: now).clearLeftovers().isEmpty)
    }
    let late = expires + Store.clockMargin + 1
    #expect(try store(directory, now: late).clearLeftovers().count == 1)
    #expect(directory.leftovers.isEmpty)
  }

  @Test("that was cleared under its owner ends in a clear error, with nothing published")
  func clearedUnderOwner() throws {
    let (store, directory) = try memoryStore()
    let staging = try store.stage(purpose: "slow")
    let writer = try PackWriter(staging)
    let block = try PreparedBlock(Array("x".utf8), testParameters)
    try writer.append(block.record, stored: block.stored.span.bytes)
    try self.store(directory, dead: [1]).clearLeftovers()
    let error = #expect(throws: StoreError.self) { try writer.seal() }
    guard case .stagingCleared = try #require(error) else {
      Issue.record("another error: \(error as Any)")
      return
    }
    #expect(directory.paths.filter { $0.area == .packs }.isEmpty)
  }

  @Test("costs one path operation to look for leftovers when there are none")
  func cost() throws {
    let (store, directory) = try memoryStore()
    directory.forgetOperations()
    try store.clearDeadOwners()
    #expect(directory.operations == ["list staging"])
    directory.forgetOperations()
    try store.clearLeftovers()
    #expect(directory.operations.count == StoreArea.allCases.count + 1)
    #expect(directory.operations.last == "list staging", "owners are looked for after files")
  }

  @Test("a file without an owner is a problem that the check names, and is cleared")
  func stray() throws {
    let (store, directory) = try memoryStore()
    let path = StorePath(.packs, ".0123456789abcdef.1")
    _ = try directory.create(path)
    #expect(store.check().map(\.kind) == [.stray])
    #expect(store.check().map(\.path) == [path])
    let living = try store.stage(purpose: "test")
    _ = try PackWriter(living)
    #expect(try store.clearLeftovers() == [])
    #expect(directory.bytes(path) == nil)
    #expect(directory.leftovers.count == 2, "those of the living stay")
    #expect(store.check() == [])
  }

  @Test("removes a file that was created although the answer was an error")
  func createdAfterAll() throws {
    let (_, directory) = try memoryStore()
    let lossy = FaultyDirectory(
      directory,
      Fault(.matching { $0.call == .create && $0.area == .packs }, .error(.ioError, after: .all)))
    let staging = try store(lossy).stage(purpose: "test")
    #expect(throws: StoreError.self) { try PackWriter(staging) }
    #expect(directory.leftovers.count == 2)
    staging.finish()
    #expect(directory.leftovers == [])
  }

  @Test("has an owner whose name says everything")
  func names() {
    let process = ProcessIdentity(boot: "abc", pidNamespace: 4_026_531_836, pid: 77, startTime: 5)
    let owner = StagingOwner(
      token: WriterToken(rawValue: 0x0123_4567_89ab_cdef), expires: 99, process: process)
    #expect(StagingOwner(name: owner.name) == owner)
    #expect(StagingOwner.token(ofTemporary: owner.temporaryName(3)) == owner.token)
  }

  @Test(
    "ignores names of another form",
    arguments: [
      "", "x", ".nfs000", "0123456789abcdef-1-2-3-4", "0123456789abcde-1-2-3-4-5",
      "0123456789abcdef-x-2-3-4-5", "0123456789abcdef-1-2-3-4-5-6",
    ])
  func otherNames(_ name: String) {
    #expect(StagingOwner(name: name) == nil)
    #expect(StagingOwner.token(ofTemporary: name) == nil)
  }
}
