internal import AdditionalImageStore
internal import Linux
internal import SystemPackage

/// Podman on this machine, and what its configuration says for the asking user.
struct PodmanSite {
  let mount: FilePath

  private var home: FilePath? {
    (environmentVariable("HOME") ?? UserAccount(uid: effectiveUser())?.home).map { FilePath($0) }
  }

  /// Makes the checks; those of its configuration only where there is Podman.
  func check() -> [CheckResult] {
    let version = installedVersion
    let podman = PodmanCheck(version: version).result
    guard let version else { return [podman] }
    return [podman, runtime, storage(version)]
  }

  private var installedVersion: String? {
    guard let process = try? LimitedProcess(running: "podman", ["--version"], within: 10),
      process.exitStatus == 0
    else { return nil }
    let text = String(decoding: process.output, as: UTF8.self)
    return text.split(whereSeparator: \.isWhitespace).last.map(String.init)
  }

  private var runtime: CheckResult {
    let runtime = ["crun", "runc"].lazy.compactMap { ProgramPath.find($0) }.first
    let monitor = ProgramPath.find(
      "conmon", also: ["/usr/libexec/podman", "/usr/lib/podman", "/usr/libexec/crio"])
    return RuntimeCheck(runtime: runtime?.string, monitor: monitor?.string).result
  }

  private func storage(_ version: String) -> CheckResult {
    let hasDropIns = Paths.exists("/usr/share/containers/storage.conf.d")
    let reader = PodmanConfiguration.Reader(version: version, hasDropInDirectory: hasDropIns)
    let directory =
      environmentVariable("XDG_CONFIG_HOME").map { FilePath($0) }
      ?? home?.appending(".config")
    let isRoot = effectiveUser() == 0
    let files = StorageFiles(
      reader: reader ?? .storageConf, isRoot: isRoot,
      userDirectory: isRoot ? nil : directory?.appending("containers"),
      variable: { environmentVariable($0) }, read: { try? readText($0) },
      list: { (try? Paths.list($0)) ?? [] })
    return PodmanStorageCheck(
      mount: mount.string, files: files.paths.map(\.string), configuration: files.configuration,
      isMarked: isMarked
    ).result
  }

  /// Whether Podman has noted in its own storage that it goes through a mount program.
  private var isMarked: Bool {
    let own: FilePath? =
      effectiveUser() == 0
      ? "/var/lib/containers/storage" : home?.appending(".local/share/containers/storage")
    guard let mark = own?.appending("overlay").appending(".has-mount-program"),
      let text = try? readText(mark)
    else { return false }
    return text.hasPrefix("true")
  }
}
