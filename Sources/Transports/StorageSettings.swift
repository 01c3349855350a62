internal import Linux
internal import Registry
internal import SystemPackage
internal import TOMLKit

/// Where a user's podman keeps images (containers-storage.conf(5)).
struct StorageSettings {
  /// The environment of the process.
  var environment: [String: String]
  /// The directories that may have `containers/storage.conf`; the first that has one counts.
  var directories: [FilePath] = ["/etc", "/usr/share"]
  /// The user; in a user namespace made by podman, whoever made it.
  var user: UInt32

  init(_ options: RegistryOptions) {
    environment = options.environment
    directories[0] = options.systemDirectory
    let outside = options.environment["_CONTAINERS_ROOTLESS_UID"].flatMap { UInt32($0) }
    user = outside ?? effectiveUser()
  }

  /// The directories that may be the graph root, the likeliest first.
  ///
  /// There are two where versions of podman disagree which setting counts for users.
  func graphRoots() throws(TransportError) -> [FilePath] {
    let configured = try configured().filter { !$0.isEmpty }.map { FilePath(expanded($0)) }
    if !configured.isEmpty { return configured }
    if user == 0 { return ["/var/lib/containers/storage"] }
    let data = variable("XDG_DATA_HOME") ?? variable("HOME").map { "\($0)/.local/share" }
    return data.map { [FilePath($0).appending("containers/storage")] } ?? []
  }

  private func configured() throws(TransportError) -> [String] {
    if let named = variable("CONTAINERS_STORAGE_CONF") {
      let file = try File(FilePath(named))
      return user == 0 ? [file.graphRoot] : [file.rootlessPath, file.graphRoot]
    }
    let home = variable("XDG_CONFIG_HOME") ?? variable("HOME").map { "\($0)/.config" }
    if user != 0, let own = home.map({ Self.file(in: FilePath($0)) }), Paths.exists(own) {
      let file = try File(own)
      return [file.rootlessPath, file.graphRoot]
    }
    guard let path = directories.map(Self.file(in:)).first(where: Paths.exists) else { return [] }
    let file = try File(path)
    return [user == 0 ? file.graphRoot : file.rootlessPath]
  }

  private static func file(in directory: FilePath) -> FilePath {
    directory.appending("containers/storage.conf")
  }

  private func variable(_ name: String) -> String? {
    environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  private func expanded(_ path: String) -> String {
    path.replacing("$UID", with: "\(user)")
      .replacing("$HOME", with: variable("HOME") ?? "")
      .replacing("$USER", with: variable("USER") ?? "")
  }

  /// What matters here of one file.
  private struct File {
    var graphRoot = ""
    var rootlessPath = ""

    init(_ path: FilePath) throws(TransportError) {
      let text: String
      do { text = try readText(path) } catch { throw .system(error) }
      let table: TOMLTable
      do { table = try TOMLTable(string: text) } catch {
        throw .registry(.configuration(file: path.string, reason: "it is not TOML: \(error)"))
      }
      guard let storage = table["storage"]?.table else { return }
      graphRoot = storage["graphroot"]?.string ?? ""
      rootlessPath = storage["rootless_storage_path"]?.string ?? ""
    }
  }
}
