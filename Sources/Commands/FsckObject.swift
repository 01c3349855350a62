internal import Consistency
internal import Store

/// What `firn fsck` found, for programs.
struct FsckObject: Encodable {
  struct Finding: Encodable {
    let kind: Problem.Kind
    let path: String
    let detail: String
    let offset: UInt64?
    let images: [String]
    let repaired: Bool
    let note: Bool

    init(_ problem: Problem, repaired: Bool = false) {
      kind = problem.kind
      path = problem.path.description
      detail = problem.message
      offset = problem.offset
      images = problem.images
      self.repaired = repaired
      note = problem.isNote
    }
  }

  struct Image: Encodable {
    let id: String
    let names: [String]
    let problems: Int
    let removed: Bool
  }

  struct Summary: Encodable {
    let generation: UInt64?
    let checkedPacks: Int
    let complete: Bool
    let problems: Int
    let repaired: Int
    let notes: Int
  }

  let problems: [Finding]
  let images: [Image]
  let summary: Summary

  init(_ report: CheckReport) {
    problems =
      report.problems.map { Finding($0) }
      + report.repaired.map { Finding($0, repaired: true) } + report.notes.map { Finding($0) }
    images = report.images.map {
      Image(id: $0.id, names: $0.names, problems: $0.problems, removed: $0.isRetired)
    }
    summary = Summary(
      generation: report.generation, checkedPacks: report.checkedPacks,
      complete: report.isComplete, problems: report.problems.count,
      repaired: report.repaired.count, notes: report.notes.count)
  }
}

/// What `firn fsck --keepalive` did, for programs.
struct KeepaliveObject: Encodable {
  let touched: Int
  let problems: [FsckObject.Finding]

  init(_ report: Keepalive.Report) {
    touched = report.touched
    problems = report.problems.map { FsckObject.Finding($0) }
  }
}
