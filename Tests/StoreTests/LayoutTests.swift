import Linux
import StoreSimulation
import Synchronization
import SystemPackage
import Testing

@testable import Store

@Suite("The layouts of a store's directories")
struct LayoutTests {
  @Test("are those of the design: packs wide, bundles wider, everything else on one target")
  func lustre() {
    let policy = StripingPolicy()
    #expect(policy.layout(of: .packs).lustre == LustreLayout(stripeSize: 4 << 20, stripeCount: 32))
    #expect(
      policy.layout(of: .bundles).lustre
        == LustreLayout(stripeSize: 1 << 20, stripeCount: LustreLayout.allTargets))
    for area in StoreArea.allCases where area != .packs && area != .bundles {
      #expect(
        policy.layout(of: area).lustre == LustreLayout(stripeSize: 1 << 20, stripeCount: 1),
        "\(area)")
    }
  }

  @Test("are set on all of them, before any file is made")
  func order() throws {
    let directory = Moody()
    _ = try Store.create(
      at: directory, parameters: testParameters, surroundings: testSurroundings())
    let operations = directory.log.withLock { $0 }
    let layouts = operations.indices.filter { operations[$0].hasPrefix("layout") }
    #expect(layouts.count == StoreArea.allCases.count)
    let firstFile = try #require(operations.firstIndex { $0.hasPrefix("create") })
    #expect(layouts.allSatisfy { $0 < firstFile })
    for area in StoreArea.allCases {
      let made = try #require(operations.firstIndex(of: "mkdir \(area.rawValue)"))
      let laidOut = try #require(operations.firstIndex(of: "layout \(area.rawValue)"))
      #expect(made < laidOut)
    }
  }

  /// A directory on which everything becomes of layouts that can.
  private final class Moody: ForwardingDirectory {
    let base: any StoreDirectory = MemoryDirectory()
    let asked = Mutex<[StoreArea: StripingPolicy.Layout]>([:])
    let log = Mutex<[String]>([])
    static let refusal = LayoutOutcome.refused(SystemError("fsetxattr", nil, .permissionDenied))

    func create(_ path: StorePath) throws(SystemError) -> any StoreFileWriter {
      log.withLock { $0.append("create \(path)") }
      return try base.create(path)
    }
    func makeDirectory(_ area: StoreArea) throws(SystemError) {
      log.withLock { $0.append("mkdir \(area.rawValue)") }
      try base.makeDirectory(area)
    }

    func setLayout(_ layout: StripingPolicy.Layout, of area: StoreArea) -> LayoutOutcome {
      asked.withLock { $0[area] = layout }
      log.withLock { $0.append("layout \(area.rawValue)") }
      return switch area {
      case .packs: Self.refusal
      case .bundles: .differs(nil)
      default: .set
      }
    }
  }

  @Test("may be refused: the store is made, and who makes it is told")
  func refused() throws {
    let directory = Moody()
    let policy = StripingPolicy(packs: .init(stripeSize: 65_536, stripeCount: 7))
    var outcomes: [StoreArea: LayoutOutcome] = [:]
    let store = try Store.create(
      at: directory, parameters: testParameters, striping: policy, surroundings: testSurroundings()
    ) { outcomes[$0] = $1 }
    #expect(outcomes.count == StoreArea.allCases.count)
    #expect(outcomes[.packs] == Moody.refusal)
    #expect(outcomes[.bundles] == .differs(nil))
    #expect(outcomes[.root] == .set)
    #expect(directory.asked.withLock { $0[.packs] } == policy.packs)
    #expect(store.description.striping == policy)
    #expect(store.check() == [])
  }

  @Test("are set again when an interrupted attempt is repeated")
  func repeated() throws {
    let directory = Moody()
    try directory.makeDirectory(.root)
    try directory.makeDirectory(.packs)
    _ = try Store.create(
      at: directory, parameters: testParameters, surroundings: testSurroundings())
    #expect(directory.asked.withLock { Set($0.keys) } == Set(StoreArea.allCases))
  }

  @Test("are not known to directories that say nothing of them")
  func unknown() {
    let layout = StripingPolicy().packs
    #expect(MemoryDirectory().setLayout(layout, of: .packs) == .notLustre)
  }

  @Test("are nothing where the file system has none")
  func elsewhere() throws {
    try withTemporaryPath { path in
      var outcomes: [LayoutOutcome] = []
      _ = try Store.create(at: PosixDirectory(path), parameters: testParameters) {
        outcomes.append($1)
      }
      #expect(outcomes == StoreArea.allCases.map { _ in .notLustre })
    }
  }
}
