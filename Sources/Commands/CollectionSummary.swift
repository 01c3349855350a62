internal import Collection
internal import Digests
internal import Store

/// What `gc` prints.
struct CollectionSummary: Encodable {
  struct Step: Encodable {
    let action: String
    let subject: String
    let object: String?
    let pack: String?
    let file: String?
    let reason: String
    let time: String?
    let bytes: UInt64?

    init(_ step: CollectionPlan.Step) {
      action = step.action.rawValue
      subject = "\(step.subject)"
      object = if case .image(let object, _, _) = step.subject { object.hex } else { nil }
      pack = if case .pack(let id) = step.subject { "\(id)" } else { nil }
      file = if case .file(let path) = step.subject { "\(path)" } else { nil }
      reason = "\(step.reason)"
      time = step.reason.time.map(Output.time)
      bytes = step.bytes
    }
  }

  let generation: UInt64
  let steps: [Step]
  /// How often each action was done; absent when nothing was to be done but planning.
  let done: [String: Int]?
  let removedBytes: UInt64?

  init(_ plan: CollectionPlan, _ report: CollectionReport?) {
    generation = plan.survey.catalog.generation
    steps = plan.steps.map(Step.init)
    done = report.map { report in
      Dictionary(uniqueKeysWithValues: report.counts.map { ($0.key.rawValue, $0.value) })
    }
    removedBytes = report?.removedBytes
  }

  /// A step for people: what would be done, and why.
  static func line(_ step: CollectionPlan.Step) -> String {
    var text = "\(step.action.rawValue) \(step.subject)"
    if let bytes = step.bytes { text += ", \(Output.bytes(bytes))" }
    text += ": \(step.reason)"
    if let time = step.reason.time { text += " (\(word(step.reason)) \(Output.time(time)))" }
    return text
  }

  private static func word(_ reason: Reason) -> String {
    switch reason {
    case .grace, .leased: "until"
    default: "on"
    }
  }

  /// What was done, for people; nothing when that was nothing, as cron sends mail otherwise.
  static func lines(_ report: CollectionReport) -> [String] {
    let words: [(Action, String)] = [
      (.clear, "dead commands cleared"), (.retire, "nameless images retired"),
      (.condemn, "images and packs condemned"), (.drop, "images and packs deleted"),
      (.remove, "files removed, of \(Output.bytes(report.removedBytes))"),
      (.archive, "old generations removed"), (.repack, "packs written anew"),
      (.merge, "index runs merged"),
    ]
    return words.compactMap { action, text in
      report[action] > 0 ? "\(report[action]) \(text)" : nil
    }
  }
}
