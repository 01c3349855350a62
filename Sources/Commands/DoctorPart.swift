internal import ArgumentParser
internal import FoundationEssentials
internal import Linux
internal import SiteChecks
internal import SystemPackage

/// A part of `firn doctor` that runs as a process of its own, so that what hangs can be given up.
enum DoctorPart: String, ExpressibleByArgument {
  /// The machine.
  case host
  /// A mount that should be there.
  case mount
  /// The mount that may be there.
  case defaultMount = "default-mount"
  /// One store.
  case store
  /// The second of the processes that try out a store's file system.
  case partner

  /// Seconds after which a part is given up.
  private var limit: Double {
    switch self {
    case .host: 30
    case .mount, .defaultMount: 15
    case .store, .partner: 60
    }
  }

  /// How the second process is started.
  static let launch = PartnerLaunch(DetachedProcess.ownExecutable.string) {
    ["doctor", "--part", DoctorPart.partner.rawValue, "--store", $0.string]
  }

  /// Runs the part and gives what it found; a problem where it does not answer.
  func results(
    mount: String, store: String? = nil, program: String = DetachedProcess.ownExecutable.string,
    within seconds: Double? = nil
  ) -> [CheckResult] {
    let limit = seconds ?? self.limit
    let stores = store.map { ["--store", $0] } ?? []
    let arguments = ["doctor", "--part", rawValue] + stores + ["--", mount]
    let subject = self == .host ? nil : store ?? mount
    do throws(SystemError) {
      let process = try LimitedProcess(running: program, arguments, within: limit)
      if process.exitStatus == 0,
        let results = try? JSONDecoder().decode([CheckResult].self, from: Data(process.output))
      {
        return results
      }
      return [silence(subject, "its process ended with status \(process.exitStatus)")]
    } catch {
      guard error.errno == .timedOut else { return [silence(subject, "\(error)")] }
      return [
        CheckResult(
          name, of: subject, .problem, "no answer in \(Int(limit)) seconds: a file system hangs",
          nextStep: "See whether the servers of the file system answer")
      ]
    }
  }

  private var name: String {
    switch self {
    case .mount, .defaultMount: "mount"
    default: rawValue
    }
  }

  private func silence(_ subject: String?, _ cause: String) -> CheckResult {
    CheckResult(
      name, of: subject, .problem, "the checks could not be made: \(cause)",
      nextStep: "Please report this")
  }
}
