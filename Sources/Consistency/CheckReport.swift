public import Store

/// What a check of a store found, and what a repair made of it.
public struct CheckReport: Sendable {
  /// An image that cannot be read whole.
  public struct Image: Hashable, Sendable {
    /// Its id.
    public var id: String
    /// Its names; those it had when it is retired.
    public var names: [String]
    /// Whether it is an image of the store no more, but kept for a while.
    public var isRetired: Bool
    /// How many problems it has.
    public var problems: Int
  }

  /// What a store's health comes to.
  public enum Verdict: Sendable {
    /// Nothing that is counted on is wrong.
    case clean
    /// Something was wrong, and all of it was repaired.
    case repaired
    /// Something is wrong.
    case damaged
  }

  /// The problems that are left.
  public var problems: [Problem] = []
  /// The problems and notes that are no more.
  public var repaired: [Problem] = []
  /// What is only worth knowing.
  public var notes: [Problem] = []
  /// The images that problems which are left affect, those with most problems first.
  public var images: [Image] = []
  /// The generation that was checked; nil when none could be read.
  public var generation: UInt64?
  /// How many packs had every block checked, an interrupted check before this one included.
  public var checkedPacks = 0
  /// Whether the check came to its end; false when it was stopped.
  public var isComplete = true

  /// What it comes to.
  public var verdict: Verdict {
    if !problems.isEmpty { return .damaged }
    return repaired.contains { !$0.isNote } ? .repaired : .clean
  }

  /// Makes a report of what was found.
  init(_ findings: [Problem], catalog: Catalog?) {
    problems = findings.filter { !$0.isNote }
    notes = findings.filter(\.isNote)
    generation = catalog?.generation
    images = Self.affected(problems, catalog)
  }

  private static func affected(_ problems: [Problem], _ catalog: Catalog?) -> [Image] {
    var counts: [String: Int] = [:]
    for id in problems.flatMap(\.images) { counts[id, default: 0] += 1 }
    var images: [String: Image] = [:]
    for entry in catalog?.retired ?? [] {
      let image = entry.image
      images[image.id] = Image(id: image.id, names: image.names, isRetired: true, problems: 0)
    }
    for image in catalog?.images ?? [] {
      images[image.id] = Image(id: image.id, names: image.names, isRetired: false, problems: 0)
    }
    return counts.map { id, count in
      var image = images[id] ?? Image(id: id, names: [], isRetired: false, problems: 0)
      image.problems = count
      return image
    }.sorted { ($0.problems, $1.id) > ($1.problems, $0.id) }
  }
}
