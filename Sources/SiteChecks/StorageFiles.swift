internal import AdditionalImageStore
internal import Linux
internal import SystemPackage

/// Which files a user's Podman reads to find its storage.
struct StorageFiles {
  /// How this Podman reads its configuration.
  var reader: PodmanConfiguration.Reader
  var isRoot: Bool
  /// The user's directory for configuration; nil without a home.
  var userDirectory: FilePath?
  /// An environment variable's value.
  var variable: (String) -> String?
  /// The text of a file; nil when there is none that can be read.
  var read: (FilePath) -> String?
  /// The names in a directory, sorted.
  var list: (FilePath) -> [String]

  private static let system: FilePath = "/etc/containers"
  private static let vendor: FilePath = "/usr/share/containers"

  /// The files that are there, in the order in which they count.
  var paths: [FilePath] {
    if let named = variable("CONTAINERS_STORAGE_CONF") { return present([FilePath(named)]) }
    return reader == .dropIn ? dropIns : single
  }

  /// The old reader: one file, which for users is not root's unless the environment says so.
  private var single: [FilePath] {
    let own = userDirectory.map { [$0.appending("storage.conf")] } ?? []
    let machine = [Self.system, Self.vendor].map { $0.appending("storage.conf") }
    let candidates = isRoot ? machine : own
    if let first = present(candidates).first { return [first] }
    return isRoot ? [] : present(engineNamed.map { [$0] } ?? [])
  }

  /// The file that containers.conf(5) names by `env` in the table `engine`.
  private var engineNamed: FilePath? {
    let name = "CONTAINERS_STORAGE_CONF="
    var found: FilePath?
    for directory in [Self.vendor, Self.system] + (userDirectory.map { [$0] } ?? []) {
      let files = [directory.appending("containers.conf")] + below(directory, "containers.conf.d")
      for file in files {
        for line in (read(file) ?? "").split(separator: "\n") {
          guard let range = line.firstRange(of: "\"" + name),
            line.drop(while: \.isWhitespace).first != "#"
          else { continue }
          found = FilePath(String(line[range.upperBound...].prefix { $0 != "\"" }))
        }
      }
    }
    return found
  }

  /// The new reader: every drop-in of the vendor, the machine and the user.
  private var dropIns: [FilePath] {
    let directories = [Self.vendor, Self.system] + (userDirectory.map { [$0] } ?? [])
    let special = isRoot ? "storage.rootful.conf.d" : "storage.rootless.conf.d"
    return present(
      directories.flatMap {
        [$0.appending("storage.conf")] + below($0, "storage.conf.d") + below($0, special)
      })
  }

  private func below(_ directory: FilePath, _ name: String) -> [FilePath] {
    let place = directory.appending(name)
    return list(place).filter { $0.hasSuffix(".conf") }.map { place.appending($0) }
  }

  private func present(_ paths: [FilePath]) -> [FilePath] { paths.filter { read($0) != nil } }

  /// What all the files say together, and `STORAGE_OPTS` in the environment.
  var configuration: StorageConfiguration {
    var sum = paths.map { StorageConfiguration(parsing: read($0) ?? "") }
      .reduce(StorageConfiguration(), +)
    for option in (variable("STORAGE_OPTS") ?? "").split(separator: ",") {
      let parts = option.split(separator: "=", maxSplits: 1)
      guard parts.count == 2, let key = parts[0].split(separator: ".").last else { continue }
      if key == "imagestore" || key == "additionalimagestore" {
        sum.additionalStores.append(String(parts[1]))
      } else if key == "mount_program" {
        sum.mountProgram = String(parts[1])
      }
    }
    return sum
  }
}
