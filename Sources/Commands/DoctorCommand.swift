public import ArgumentParser
internal import Failures
internal import Linux
internal import SiteChecks
internal import SystemPackage

/// `firn doctor [MOUNT]`.
public struct DoctorCommand: ParsableCommand {
  /// How the command presents itself.
  public static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Check whether this machine and its stores are fit for Firn.",
    discussion: """
      One line per check: ok, note, warning or problem, what was checked, what was found; below a \
      line, what to do. The exit status is 72 when there is a problem. Nothing at or below MOUNT is \
      ever touched, so that a dead mount does no harm; what hangs is given up and reported.
      """)

  @OptionGroup var json: JSONOption

  @Option(
    name: .customLong("store"),
    help: ArgumentHelp(
      "A store to check; may be repeated.",
      discussion: "Otherwise FIRN_STORE, or 'store' or 'stores' in firn.json(5), names them.",
      valueName: "dir"))
  var stores: [String] = []

  @Option(help: .hidden)
  var part: DoctorPart?

  @Argument(help: "Where Firn is mounted; otherwise 'mount' in firn.json(5), or /run/firn.")
  var mount: String?

  /// Makes the command without values.
  public init() {}

  /// Makes the checks and prints them.
  public func run() throws {
    if let part { return try runPart(part) }
    let stores = try self.stores.isEmpty ? defaultStores() : self.stores
    let configured = try Configuration.current().mount
    let isExpected = mount != nil || configured != nil
    let place = mount ?? configured ?? "/run/firn"
    var results = DoctorPart.host.results(mount: place)
    results += (isExpected ? DoctorPart.mount : .defaultMount).results(mount: place)
    for store in stores { results += DoctorPart.store.results(mount: place, store: store) }
    if stores.isEmpty {
      results.append(
        CheckResult("store", .note, "no store was named", nextStep: "Name one with --store"))
    }
    try report(results)
  }

  private func defaultStores() throws -> [String] {
    do throws(Failure) { return try StoreChoice(given: []).paths } catch {
      if error.code == .storeNotFound { return [] }
      throw error
    }
  }

  private func report(_ results: [CheckResult]) throws {
    if json.isOn {
      try Output.json(results)
    } else {
      Output.lines(DoctorReport(results).lines)
    }
    let problems = results.count { $0.outcome == .problem }
    guard problems == 0 else {
      throw Failure(
        .siteProblem, "\(problems) of \(results.count) checks found a problem",
        nextStep: json.isOn ? nil : "Do what stands below each")
    }
  }

  /// What this program does as a process of its own, for another that watches it.
  private func runPart(_ part: DoctorPart) throws {
    let place = FilePath(mount ?? "/run/firn")
    let store = FilePath(stores.first ?? ".")
    switch part {
    case .host: try Output.json(HostSite(mount: place).check())
    case .mount: try Output.json(MountSite(place, isExpected: true).check())
    case .defaultMount: try Output.json(MountSite(place, isExpected: false).check())
    case .store: try Output.json(StoreSite(store, partner: DoctorPart.launch).check())
    case .partner: RacePartner.run(in: store, over: OwnedDescriptor(owning: 3))
    }
  }
}
