public import ArgumentParser
internal import Store

/// `firn leases`.
public struct LeasesCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "leases", abstract: "List who may be reading what of a store.",
    discussion: """
      One line per lease: who holds it, until when, the oldest generation it is for, and what for. \
      What those generations list is not deleted before. A lease that has ended is marked; gc \
      removes it.
      """)

  private struct Row: Encodable {
    let token: String
    let holder: String?
    let purpose: String?
    let generation: UInt64
    let until: String
    let ended: Bool

    init(_ lease: Lease, _ note: LeaseNote?, now: Int64) {
      token = "\(lease.token)"
      holder = note?.holder
      purpose = note?.purpose
      generation = lease.generation
      until = Output.time(lease.expires)
      ended = lease.hasEnded(at: now)
    }

    var cells: [String] {
      [holder ?? "-", until + (ended ? " (ended)" : ""), "\(generation)", purpose ?? "-"]
    }
  }

  @OptionGroup var store: StoreOptions
  @OptionGroup var json: JSONOption

  /// Makes the command without values.
  public init() {}

  /// Prints the leases, the one that ends first first.
  public func run() throws {
    let store = try store.openOnly()
    let now = store.surroundings.now()
    let leases = try store.leases().sorted { ($0.expires, $0.name) < ($1.expires, $1.name) }
    let rows = leases.map { Row($0, store.note(of: $0), now: now) }
    if json.isOn { return try Output.json(rows) }
    Output.table(rows.map(\.cells))
  }
}
