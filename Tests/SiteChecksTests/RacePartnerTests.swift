import Glibc
import Linux
import SystemPackage
import Testing

@testable import SiteChecks

/// The partner on a thread of its own; the test is in the place of the first process.
@Suite("The second process of a trial")
struct RacePartnerTests {
  private let directory: TestDirectory
  private let names: RaceNames
  private let socket: OwnedDescriptorBox
  private let thread: JoinableThread

  init() throws {
    directory = try TestDirectory()
    names = RaceNames(directory: directory.path)
    let pair = try SocketPair()
    let far = dup(pair.far.rawValue)
    socket = OwnedDescriptorBox(OwnedDescriptor(owning: dup(pair.near.rawValue)))
    let place = directory.path
    thread = try JoinableThread {
      RacePartner.run(in: place, over: OwnedDescriptor(owning: far))
    }
  }

  private func read(_ count: Int) -> [UInt8] { (0..<count).compactMap { _ in socket.readByte() } }

  private func readLine() -> [UInt8] {
    var line: [UInt8] = []
    while let byte = socket.readByte(), byte != UInt8(ascii: "\n") { line.append(byte) }
    return line
  }

  /// Lets the partner take the next names.
  private func take(_ kind: RaceCheck.Kind) -> [Race.Turn] {
    socket.write([kind.command])
    #expect(read(1) == [kind.command])
    return RacePartner.decode(read(RaceNames.batchSize))
  }

  private func end() {
    socket.write([UInt8(ascii: "q")])
    thread.join()
  }

  @Test("takes the names that are free, a batch at a time", arguments: RaceCheck.Kind.allCases)
  func names(kind: RaceCheck.Kind) throws {
    try RaceNames.write([Race.firstMark], to: names.wanted(kind, 3))
    try RaceNames.write([Race.firstMark], to: names.wanted(kind, RaceNames.batchSize))
    let first = take(kind)
    #expect(first.count { $0 == .won } == RaceNames.batchSize - 1)
    #expect(first[3] == .lost)
    #expect(take(kind).first == .lost)
    #expect(try readBytes(names.wanted(kind, 0)) == [Race.secondMark])
    #expect(try readBytes(names.wanted(kind, 3)) == [Race.firstMark])
    #expect((try? readBytes(names.wanted(kind, 2 * RaceNames.batchSize))) == nil)
    end()
  }

  @Test("links one file of its own to every name")
  func links() throws {
    _ = take(.link)
    _ = take(.link)
    let own = try FileStatus(of: names.own(Race.secondMark))
    #expect(own.links == UInt64(2 * RaceNames.batchSize + 1))
    #expect(try FileStatus(of: names.wanted(.link, 0)).inode == own.inode)
    end()
  }

  @Test("says what fails")
  func failures() throws {
    _ = try ChildProcess(running: "rmdir", [directory.path.string])
    #expect(take(.create).allSatisfy { $0 == .failed(.noSuchFileOrDirectory) })
    #expect(take(.link).allSatisfy { $0 == .failed(.noSuchFileOrDirectory) })
    end()
  }

  @Test("watches a file until it is the last")
  func watching() throws {
    try names.replace(with: 1)
    socket.write([RenameReport.command])
    #expect(read(1) == [RenameReport.command])
    for version in [UInt32(2), 100, RaceNames.versions] { try names.replace(with: version) }
    let report = try #require(RenameReport(decoding: readLine()))
    #expect(report == RenameReport(reads: report.reads, sawLast: true))
    #expect(report.reads >= 1)
    end()
  }

  @Test("ends at a command that it does not know")
  func unknown() {
    end()
    #expect(!socket.write("c"))
  }
}

extension OwnedDescriptorBox {
  /// Writes text and says whether anybody answers.
  fileprivate func write(_ text: String) -> Bool {
    write(Array(text.utf8))
    return readByte() != nil
  }
}
