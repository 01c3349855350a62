internal import Linux

/// What the type of the file system that holds a store means for it.
struct FileSystemCheck {
  static let name = "file-system"

  var store: String
  var kind: FileSystemKind
  /// The options it is mounted with, where they are known.
  var options: [String] = []

  var result: CheckResult {
    switch kind {
    case .lustre:
      ok("Lustre; Firn takes no file locks, so flock, localflock and noflock serve alike")
    case .gpfs, .beegfs: ok("\(kind), seen by all hosts; Firn takes no file locks")
    case .nfs: nfs
    case .ext4, .xfs, .btrfs, .zfs:
      make(.note, "\(kind): only this host sees the store, unless the host exports it")
    case .tmpfs:
      make(
        .warning, "tmpfs: only this host sees the store, and it is gone when the host restarts",
        nextStep: "Keep the store on a file system that all hosts see")
    case .overlay:
      make(
        .warning, "overlayfs: the store is seen in this container only, and is gone with it",
        nextStep: "Keep the store on a file system that all hosts see")
    case .fuse:
      make(.note, "a FUSE file system: what it promises is up to its server")
    case .other:
      make(.note, "\(kind), which Firn knows nothing of: the checks below tell whether it will do")
    }
  }

  private var nfs: CheckResult {
    if options.contains("soft") || options.contains("softerr") {
      return make(
        .warning, "NFS mounted soft: a slow server gives errors instead of waiting",
        nextStep: "Mount it with the option hard")
    }
    return make(.note, "NFS: a host may see a new image some seconds later than the others")
  }

  private func ok(_ sentence: String) -> CheckResult { make(.ok, sentence) }

  private func make(
    _ outcome: CheckOutcome, _ sentence: String, nextStep: String? = nil
  ) -> CheckResult {
    CheckResult(Self.name, of: store, outcome, sentence, nextStep: nextStep)
  }
}
