/// A directory of a store (firn-store(5), "Layout").
public enum StoreArea: String, CaseIterable, Hashable, Sendable {
  /// The store's own directory, which holds firn.json and the other areas.
  case root = ""
  /// Generations of the catalog.
  case generations
  /// Image objects.
  case images
  /// Layer recipes.
  case layers
  /// Packs of blocks.
  case packs
  /// Runs of the block index.
  case index
  /// Start bundles.
  case bundles
  /// Access traces.
  case traces
  /// Who may be reading what, until when.
  case leases
  /// Who is writing what, until when.
  case staging
  /// Who did what in generations that were collected.
  case history

  /// The areas in the order in which a new store gets them.
  static var subdirectories: [StoreArea] { allCases.filter { $0 != .root } }
}

/// A file of a store: an area and a name without a slash.
public struct StorePath: Hashable, Sendable {
  /// The directory.
  public let area: StoreArea
  /// The name in it.
  public let name: String

  /// Names a file; the name must be a single path component.
  public init(_ area: StoreArea, _ name: String) {
    precondition(
      !name.isEmpty && name != "." && name != ".." && !name.utf8.contains(UInt8(ascii: "/")),
      "a file's name is one component")
    self.area = area
    self.name = name
  }
}

extension StorePath: CustomStringConvertible {
  /// The path relative to the store's directory.
  public var description: String { area == .root ? name : "\(area.rawValue)/\(name)" }

  /// What a new store is described by.
  static let description = StorePath(.root, "firn.json")

  /// A generation's file: its number in decimal.
  static func generation(_ number: UInt64) -> StorePath { StorePath(.generations, "\(number)") }

  /// The number that a file in `generations/` has; nil for names that no generation has.
  static func generationNumber(_ name: String) -> UInt64? {
    UInt64(name).flatMap { $0 > 0 && "\($0)" == name ? $0 : nil }
  }
}
