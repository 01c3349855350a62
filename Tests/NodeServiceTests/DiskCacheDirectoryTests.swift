import Failures
import ImageSamples
import Linux
import SystemPackage
import Testing

@testable import NodeService

@Suite("The directory of a disk cache")
struct DiskCacheDirectoryTests {
  private let directory: CacheDirectory

  init() throws { directory = try CacheDirectory() }

  private func refusal(_ path: FilePath? = nil, owner: UInt32 = effectiveUser()) -> DiskCacheError?
  {
    var options = directory.options()
    if let path { options.directory = path }
    options.owner = owner
    do throws(DiskCacheError) {
      try DiskCache(options, logger: directory.log.logger).close()
      return nil
    } catch { return error }
  }

  @Test("is made, for its owner alone, and so are the files in it")
  func modes() throws {
    try directory.use { cache in
      cache.keepSample(1)
      cache.settle()
    }
    #expect(try FileStatus(of: directory.path).mode == 0o700)
    for name in try Paths.list(directory.path) {
      #expect(try FileStatus(of: directory.path.appending(name)).mode == 0o600, "\(name)")
    }
    #expect(try Paths.list(directory.path).count == 2)
  }

  @Test("that others may write to is refused", arguments: [0o777, 0o720, 0o702, 0o1777])
  func writable(mode: Int) throws {
    try Paths.makeDirectory(directory.path, mode: UInt32(mode))
    let error = try #require(refusal())
    #expect(error == .writableByOthers(directory.path, mode: UInt16(mode)))
    #expect(error.failure.nextStep == "Run chmod 700 \(directory.path)")
    #expect(error.failure.code == .permissionDenied)
    try Paths.setMode(directory.path, 0o755)
    #expect(refusal() == nil, "reading the names does no harm")
  }

  @Test("that belongs to somebody else is refused")
  func foreign() throws {
    try Paths.makeDirectory(directory.path, mode: 0o700)
    let mine = try FileStatus(of: directory.path).uid
    let error = try #require(refusal(owner: mine + 1))
    #expect(error == .foreign(directory.path, owner: mine, wanted: mine + 1))
    #expect(error.failure.sentence.contains("belongs to user \(mine)"))
  }

  @Test("that is no directory, or lies nowhere, is refused")
  func nowhere() throws {
    let file = try directory.parent.write("file", [])
    #expect(refusal(file) == .notADirectory(file))
    let path = directory.parent.path.appending("no/where")
    guard case .system(let error)? = refusal(path) else {
      Issue.record("accepted")
      return
    }
    #expect(error.errno == .noSuchFileOrDirectory)
    #expect(DiskCacheError.system(error).failure.sentence.contains("no/where"))
    #expect(!DiskCacheError.system(error).isOfTheDisk)
  }

  @Test("goes over to the server that takes another's place, with all that is in it")
  func succession() throws {
    let first = try directory.open()
    first.keepSample(1)
    first.settle()
    var options = directory.options()
    options.hasPredecessor = true
    let second = try DiskCache(options, logger: directory.log.logger)
    #expect(second.sample(1) == nil, "the first one still has it")
    second.keepSample(2)
    first.keepSample(3)
    first.close()
    second.settle()
    for number in 1...3 {
      #expect(second.sample(number) == CacheSample.bytes(number), "\(number)")
    }
    #expect(refusal() == .inUse(directory.path))
    second.close()
    try directory.use { cache in
      for number in 1...3 { #expect(cache.sample(number) != nil, "\(number)") }
    }
    #expect(directory.log.lines.isEmpty)
  }

  @Test("is left alone by a server that ends before the one whose place it was to take")
  func refusedSuccession() throws {
    let first = try directory.open()
    var options = directory.options()
    options.hasPredecessor = true
    let second = try DiskCache(options, logger: directory.log.logger)
    second.close()
    first.keepSample(1)
    first.settle()
    #expect(first.sample(1) != nil && refusal() == .inUse(directory.path))
    first.close()
  }

  @Test("is used by one server at a time; another may wait for it")
  func lock() throws {
    try directory.use { _ in
      #expect(refusal() == .inUse(directory.path))
      #expect(DiskCacheError.inUse(directory.path).failure.code == .tryAgain)
    }
    #expect(refusal() == nil)
    let first = try directory.open()
    let thread = try JoinableThread {
      WallClock.pause(milliseconds: 300)
      first.close()
    }
    var options = directory.options()
    options.patience = 20
    // The lock goes with the last reference, which the thread may hold a little longer.
    let start = MonotonicClock.seconds()
    let second = try DiskCache(options, logger: directory.log.logger)
    #expect(MonotonicClock.seconds() - start < 10)
    second.close()
    thread.join()
  }
}
