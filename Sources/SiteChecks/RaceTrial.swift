internal import Linux
public import SystemPackage

/// The first of the two processes that try out a directory.
///
/// The second is this program again, started in a way that the caller knows.
struct RaceTrial {
  /// What the two found.
  struct Findings {
    var create: Race
    var link: Race
    var rename: RenameReport
  }

  /// Why there are no findings.
  enum Failure: Error, Equatable {
    /// The second process could not be started or ended early; with what it printed.
    case partner(String)
    /// The first process could not do its part.
    case system(SystemError)
  }

  let names: RaceNames
  let launch: PartnerLaunch

  init(in directory: FilePath, launch: PartnerLaunch) {
    names = RaceNames(directory: directory)
    self.launch = launch
  }

  /// Runs all three trials; leaves the files in the directory.
  func run() throws(Failure) -> Findings {
    let partner: RunningPartner
    do throws(SystemError) {
      partner = try RunningPartner(launch, in: names.directory)
    } catch {
      throw .system(error)
    }
    defer { partner.end() }
    let create = try race(.create, partner)
    let link = try race(.link, partner)
    return Findings(create: create, link: link, rename: try rename(partner))
  }

  private func race(
    _ kind: RaceCheck.Kind, _ partner: RunningPartner
  ) throws(Failure) -> Race {
    var first: [Race.Turn] = []
    var second: [Race.Turn] = []
    for batch in RaceNames.batches {
      partner.write([kind.command])
      // Who is ahead gets the names; each of the two is so every other time.
      let leads = batch.isMultiple(of: 2)
      if !leads { _ = try partner.read(1) }
      first += names.take(kind, batch: batch, as: Race.firstMark)
      if leads { _ = try partner.read(1) }
      second += RacePartner.decode(try partner.read(RaceNames.batchSize))
    }
    return Race(
      names: (0..<RaceNames.count).map { number in
        let content = try? readBytes(names.wanted(kind, number))
        return Race.Name(first: first[number], second: second[number], owner: content?.first)
      })
  }

  private func rename(_ partner: RunningPartner) throws(Failure) -> RenameReport {
    try replace(1...1)
    partner.write([RenameReport.command])
    _ = try partner.read(1)
    try replace(2...RaceNames.versions)
    guard let report = RenameReport(decoding: try partner.readLine()) else {
      throw .partner("it answered something else")
    }
    return report
  }

  private func replace(_ versions: ClosedRange<UInt32>) throws(Failure) {
    do throws(SystemError) {
      for version in versions { try names.replace(with: version) }
    } catch {
      throw .system(error)
    }
  }
}

/// How the second process is started: a program that calls ``RacePartner/run(in:over:)``.
///
/// It finds the socket as descriptor 3.
public struct PartnerLaunch: Sendable {
  let program: String
  let arguments: @Sendable (FilePath) -> [String]

  /// Says which program, and its arguments for a directory.
  public init(_ program: String, _ arguments: @escaping @Sendable (FilePath) -> [String]) {
    self.program = program
    self.arguments = arguments
  }
}
