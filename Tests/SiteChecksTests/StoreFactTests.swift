import Failures
import Linux
import Store
import SystemPackage
import Testing

@testable import SiteChecks

@Suite("The check of a store's file system")
struct FileSystemCheckTests {
  @Test(
    "says what its type means",
    arguments: [
      (.lustre, .ok, "localflock"), (.gpfs, .ok, "all hosts"), (.beegfs, .ok, "all hosts"),
      (.nfs, .note, "seconds later"), (.ext4, .note, "only this host"),
      (.xfs, .note, "only this host"), (.btrfs, .note, "only this host"),
      (.zfs, .note, "only this host"), (.tmpfs, .warning, "restarts"),
      (.overlay, .warning, "container"), (.fuse, .note, "server"),
      (.other(0x1234), .note, "0x1234"),
    ] as [(FileSystemKind, CheckOutcome, String)])
  func kinds(kind: FileSystemKind, outcome: CheckOutcome, word: String) {
    let result = FileSystemCheck(store: "/s", kind: kind).result
    #expect(result.outcome == outcome)
    #expect(result.sentence.contains(word))
    #expect(result.name == "file-system" && result.subject == "/s")
    #expect((result.nextStep != nil) == (outcome >= .warning))
  }

  @Test("warns of NFS that gives up", arguments: ["soft", "softerr"])
  func softNFS(option: String) {
    let result = FileSystemCheck(store: "/s", kind: .nfs, options: ["rw", option]).result
    #expect(result.outcome == .warning)
    #expect(FileSystemCheck(store: "/s", kind: .lustre, options: [option]).result.outcome == .ok)
  }
}

@Suite("The check of free space")
struct FreeSpaceCheckTests {
  @Test(
    "has thresholds for bytes and inodes",
    arguments: [
      (999_999_999, .max, .problem), (1_000_000_000, .max, .warning),
      (19_999_999_999, .max, .warning), (20_000_000_000, .max, .ok), (.max, 999, .problem),
      (.max, 1000, .warning), (.max, 19_999, .warning), (.max, 20_000, .ok), (0, 0, .problem),
    ] as [(UInt64, UInt64, CheckOutcome)])
  func thresholds(bytes: UInt64, inodes: UInt64, outcome: CheckOutcome) {
    let space = FreeSpace(bytes: bytes, inodes: inodes)
    #expect(FreeSpaceCheck(store: "/s", space: space).result.outcome == outcome)
  }

  @Test("speaks of inodes only where they are counted")
  func inodes() {
    let counted = FreeSpaceCheck(store: "/s", space: FreeSpace(bytes: 5 << 40, inodes: 77_777))
    #expect(counted.result.sentence == "5.4 TB and 77777 inodes left, quotas not counted")
    let other = FreeSpaceCheck(store: "/s", space: FreeSpace(bytes: 5 << 40, inodes: .max))
    #expect(other.result.sentence == "5.4 TB left, quotas not counted")
  }
}

@Suite("The check of the clock")
struct ClockCheckTests {
  @Test(
    "allows for the margin of the store",
    arguments: [
      (0, .ok), (1, .ok), (-60, .ok), (61, .warning), (-3600, .warning), (3600, .warning),
      (3601, .problem), (-3601, .problem), (.min, .problem), (.max, .problem),
    ] as [(Int64, CheckOutcome)])
  func margin(difference: Int64, outcome: CheckOutcome) {
    #expect(Store.clockMargin == 3600)
    let result = ClockCheck(store: "/s", difference: difference).result
    #expect(result.outcome == outcome)
    #expect((result.nextStep != nil) == (outcome >= .warning))
  }

  @Test("says which clock is ahead")
  func direction() {
    let behind = ClockCheck(store: "/s", difference: 7200).result.sentence
    #expect(behind.contains("2 hours behind the file system's"))
    let ahead = ClockCheck(store: "/s", difference: -300).result.sentence
    #expect(ahead == "this host's clock is 5 minutes ahead of the file system's")
  }
}

@Suite("The check of durability")
struct DurabilityCheckTests {
  @Test("tells success, slowness and refusal apart")
  func outcomes() {
    #expect(DurabilityCheck(store: "/s", outcome: .success(3)).result.outcome == .ok)
    #expect(DurabilityCheck(store: "/s", outcome: .success(2000)).result.outcome == .ok)
    #expect(DurabilityCheck(store: "/s", outcome: .success(2001)).result.outcome == .note)
    let error = SystemError("fsync", "/s/staging", .invalidArgument)
    let refused = DurabilityCheck(store: "/s", outcome: .failure(error)).result
    #expect(refused.outcome == .problem)
    #expect(refused.sentence.contains("fsync /s/staging"))
    #expect(refused.nextStep != nil)
  }
}

@Suite("The check of the catalog")
struct StoreStateCheckTests {
  private func check(_ written: Int64, images: Int = 3) -> CheckResult {
    StoreStateCheck(
      store: "/s",
      state: .success(.init(generation: 12, images: images, written: written)), now: 1_000_000
    ).result
  }

  @Test("says how old the newest generation is")
  func age() {
    #expect(
      check(1_000_000 - 7200).sentence == "generation 12 with 3 images, written 2 hours ago")
    #expect(check(999_999, images: 1).sentence.contains("1 image, written 1 second ago"))
    #expect(check(1_003_600).outcome == .ok)
  }

  @Test("warns of a generation from the future", arguments: [1_003_601, .max] as [Int64])
  func future(written: Int64) {
    #expect(check(written).outcome == .warning)
  }

  @Test("does not trap on any time", arguments: [.min, 0, -1] as [Int64])
  func extremes(written: Int64) {
    #expect(!check(written).sentence.isEmpty)
  }

  @Test("passes on why a store cannot be read, and what to do")
  func failure() {
    let failure = Failure(.storeCorrupt, "it is damaged", cause: "a bit", nextStep: "Restore it")
    let result = StoreStateCheck(store: "/s", state: .failure(failure), now: 0).result
    #expect(result.outcome == .problem)
    #expect(result.sentence == "it is damaged: a bit")
    #expect(result.nextStep == "Restore it")
  }
}

@Suite("The check of layouts")
struct LayoutCheckTests {
  private let wanted = LustreLayout(stripeSize: 1 << 20, stripeCount: 4)

  private func check(
    _ actual: Result<LustreAttribute?, SystemError>, kind: FileSystemKind = .lustre
  ) -> CheckResult {
    LayoutCheck(
      store: "/s", kind: kind,
      layouts: [
        .init(area: .images, wanted: wanted, actual: .success(.plain(wanted))),
        .init(area: .packs, wanted: wanted, actual: actual),
      ]
    ).result
  }

  @Test("is content with the stripes that were wanted, whatever the pool")
  func same() {
    var pooled = wanted
    pooled.pool = "flash"
    #expect(check(.success(.plain(pooled))).outcome == .ok)
  }

  @Test("names the directories that have others")
  func others() {
    let narrow = LustreLayout(stripeSize: 1 << 20, stripeCount: 1)
    let result = check(.success(.plain(narrow)))
    #expect(result.outcome == .warning)
    #expect(
      result.sentence.contains("packs has 1 stripe of 1024 KiB instead of 4 stripes of 1024 KiB"))
    #expect(!result.sentence.contains("images"))
    #expect(check(.success(nil)).sentence.contains("packs has no layout"))
    #expect(
      check(.success(.composite(components: 2, mirrors: 1))).sentence.contains("2 components"))
    let error = SystemError("fgetxattr", nil, .permissionDenied)
    #expect(check(.failure(error)).sentence.contains("cannot be asked"))
    let missing = SystemError("open", nil, .noSuchFileOrDirectory)
    #expect(check(.failure(missing)).outcome == .ok)
  }

  @Test("is nothing off Lustre, and not made where the store says nothing")
  func elsewhere() {
    #expect(check(.success(nil), kind: .ext4).outcome == .ok)
    #expect(LayoutCheck(store: "/s", kind: .lustre, layouts: []).result.outcome == .note)
  }
}

@Suite("Quantities")
struct QuantityTests {
  @Test(
    "of bytes have a unit",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (1999, "1.9 kB"), (10_000, "10 kB"),
      (999_999, "999 kB"), (1_000_000, "1.0 MB"), (.max, "18 EB"),
    ] as [(UInt64, String)])
  func bytes(count: UInt64, text: String) {
    #expect(Quantity.bytes(count) == text)
  }

  @Test(
    "of time have the unit that suits them",
    arguments: [
      (0, "0 seconds"), (1, "1 second"), (119, "119 seconds"), (120, "2 minutes"),
      (7199, "119 minutes"), (7200, "2 hours"), (172_799, "47 hours"), (172_800, "2 days"),
    ] as [(Int64, String)])
  func seconds(count: Int64, text: String) {
    #expect(Quantity.seconds(count) == text)
  }
}
