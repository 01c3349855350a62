import Testing

/// A store with the images debian and python, imported from a registry and served by root.
final class TreesFixture: Fixture {
  @TaskLocal static var current: TreesFixture?
  static var slot: TaskLocal<TreesFixture?> { $current }

  static let kinds: [Images.Kind] = [.debian, .python]

  let scratch: Scratch
  let firn: Firn
  let served: ServedMount
  /// What `firn export` writes of each image, exported when first needed.
  private let exports: [Images.Kind: Lazy<String>]
  /// What umoci unpacks of each image, read when first needed.
  private let expected: [Images.Kind: Lazy<Tree>]

  init() throws {
    scratch = try Scratch("trees")
    firn = try Firn(creating: scratch("store"))
    let registry = try TestRun.registry.value
    for kind in Self.kinds {
      try firn.importImage(registry.push(kind), as: "tree/\(kind)")
    }
    served = try ServedMount(firn, at: scratch("mount"))
    let (firn, scratch) = (firn, scratch)
    let pairs = Self.kinds.map { kind in
      (
        kind,
        Lazy {
          try firn("export", "tree/\(kind)", scratch("\(kind).squashfs"))
          return scratch("\(kind).squashfs")
        }
      )
    }
    exports = Dictionary(uniqueKeysWithValues: pairs)
    expected = Dictionary(
      uniqueKeysWithValues: Self.kinds.map { kind in
        (kind, Lazy { try Tree(Images.unpacked(kind)) })
      })
  }

  deinit {
    #expect(served.end(), "serve did not end on SIGTERM")
  }

  func export(_ kind: Images.Kind) throws -> String { try #require(exports[kind]).value }

  func expected(_ kind: Images.Kind) throws -> Tree { try #require(expected[kind]).value }
}
