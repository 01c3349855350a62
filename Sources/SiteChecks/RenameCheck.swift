/// What a process found that read a file while another replaced it by rename(2).
struct RenameReport: Equatable {
  /// How often it read.
  var reads = 0
  /// How often there was no file.
  var missing = 0
  /// How often it was not one of the files that were put there, whole.
  var torn = 0
  /// How often it was older than what had been read before.
  var older = 0
  /// How often reading failed in another way.
  var failed = 0
  /// Whether the last file was seen in the end.
  var sawLast = false
}

/// Whether rename(2) replaces a file so that a reader sees the old or the new one, never neither.
struct RenameCheck {
  static let name = "rename"

  var store: String
  var report: RenameReport

  var result: CheckResult {
    let wrong: [(Int, String)] = [
      (report.missing, "found no file"), (report.torn, "found a part of one"),
      (report.older, "found an older one than before"), (report.failed, "failed"),
    ]
    let found = wrong.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }
    if !found.isEmpty {
      return CheckResult(
        Self.name, of: store, .problem,
        "rename(2) is not atomic: of \(report.reads) reads \(found.joined(separator: ", "))",
        nextStep: "Do not keep a store on this file system: readers would fail")
    }
    if !report.sawLast {
      return CheckResult(
        Self.name, of: store, .warning,
        "another process did not see a renamed file for some seconds",
        nextStep: "Shorten the time for which the file system keeps names (NFS: actimeo)")
    }
    return CheckResult(
      Self.name, of: store, .ok,
      "a reader found the old or the new file in each of "
        + "\(report.reads) reads")
  }
}
