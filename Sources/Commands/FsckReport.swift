internal import Consistency
internal import Failures
internal import Store

/// What `firn fsck` found, for people.
struct FsckReport {
  private let report: CheckReport
  private let names: [String: String]

  init(_ report: CheckReport) {
    self.report = report
    names = Dictionary(
      report.images.map { ($0.id, Self.label($0)) }, uniquingKeysWith: { first, _ in first })
  }

  private static func label(_ image: CheckReport.Image) -> String {
    (image.names.first ?? String(image.id.prefix(12))) + (image.isRetired ? " (removed)" : "")
  }

  /// Every problem, what was repaired, notes, images, and a line that sums up.
  var lines: [String] {
    report.repaired.map { "repaired: \($0)" } + report.problems.flatMap(lines)
      + report.notes.map { "note: \($0)" } + report.images.map(line) + [summary]
  }

  private func lines(of problem: Problem) -> [String] {
    let labels = problem.images.map { names[$0] ?? String($0.prefix(12)) }
    return [problem.description]
      + (labels.isEmpty ? [] : ["  images: \(labels.joined(separator: ", "))"])
  }

  private func line(of image: CheckReport.Image) -> String {
    let others = image.names.dropFirst().map { ", \($0)" }.joined()
    return "image \(Self.label(image))\(others), id \(image.id.prefix(12)): "
      + Self.count(image.problems, "problem")
  }

  private var summary: String {
    let place = report.generation.map { "generation \($0)" } ?? "no generation"
    let packs =
      report.checkedPacks > 0
      ? ", every block of \(Self.count(report.checkedPacks, "pack"))" : ""
    let found =
      [(report.repaired.count, "repaired"), (report.problems.count, "left")]
      .filter { $0.0 > 0 }.map { "\(Self.count($0.0, "problem")) \($0.1)" }
    let notes = report.notes.isEmpty ? [] : [Self.count(report.notes.count, "note")]
    let all = found + notes
    return "\(place)\(packs): " + (all.isEmpty ? "clean" : all.joined(separator: ", "))
  }

  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }

  /// What the command ends with when problems are left.
  func failure(repairing: Bool) -> Failure {
    let problems = Self.count(report.problems.count, "problem")
    let images = Self.count(report.images.count, "image")
    return Failure(
      .problemsFound, "\(problems) left in the store, \(images) affected",
      nextStep: nextStep(repairing: repairing))
  }

  private func nextStep(repairing: Bool) -> String {
    guard repairing else {
      return "Run firn fsck --repair, with --data if blocks are damaged"
    }
    guard let image = report.images.first else {
      return "Do by hand what the lines above name; see firn-fsck(1)"
    }
    let name = image.names.first.map { "docker://\($0)" } ?? "SOURCE"
    return "Run firn fsck --repair --from DIR with another store that has the images, "
      + "or --from \(name) and so on for each, or remove them"
  }
}
