/// The drop-in files that make every user's Podman look into a Firn mount.
///
/// Two generations of containers/storage read their configuration differently. The old one
/// (Podman 4 and 5 as released upstream) ignores `/etc/containers/storage.conf` for rootless users
/// unless an environment variable names it; the new one reads `storage.conf.d` for everybody, and
/// there a `graphroot` would break users.
public struct PodmanConfiguration: Sendable {
  /// A file to write.
  public struct File: Sendable, Equatable {
    /// The absolute path.
    public let path: String
    /// The text.
    public let text: String
  }

  /// Which of the two ways of reading its configuration the Podman at hand has.
  public enum Reader: Sendable, Equatable {
    /// `storage.conf`, named by `[engine] env`.
    case storageConf
    /// `storage.conf.d/*.conf` with `{append=true}`.
    case dropIn

    /// The reader of a Podman version such as `4.3.1` or `6.0.0-dev`: 6 and later read drop-ins.
    ///
    /// Some distributions (Debian sid) ship 5.8 with the new reader; `hasDropInDirectory` says that
    /// the manual page of storage.conf found on the machine mentions it.
    public init?(version: String, hasDropInDirectory: Bool = false) {
      guard let major = version.split(separator: ".").first.flatMap({ Int($0) }) else { return nil }
      self = major >= 6 || hasDropInDirectory ? .dropIn : .storageConf
    }
  }

  /// The files for a reader and a mount point.
  ///
  /// - Parameter mount: The absolute path where `firn serve` shows the store.
  public static func files(for reader: Reader, mount: String) -> [File] {
    switch reader {
    case .storageConf:
      [
        File(path: "/etc/containers/storage.conf", text: storageConf(mount: mount)),
        File(path: "/etc/containers/containers.conf.d/50-firn.conf", text: engineConf),
      ]
    case .dropIn:
      [File(path: "/etc/containers/storage.conf.d/50-firn.conf", text: dropInConf(mount: mount))]
    }
  }

  /// The first line of every file we write: a file without it is somebody else's.
  public static let marker = "# Written by firn podman-config."

  private static func storageConf(mount: String) -> String {
    """
    \(marker)
    [storage]
    driver = "overlay"
    runroot = "/run/containers/storage"
    graphroot = "/var/lib/containers/storage"
    rootless_storage_path = "$HOME/.local/share/containers/storage"

    [storage.options]
    additionalimagestores = ["\(mount)/self"]

    """
  }

  /// The text of a storage.conf for which a directory is all of Podman's storage, with a mount as
  /// additional image store.
  public static func separateStorage(in directory: String, mount: String) -> String {
    """
    [storage]
    driver = "overlay"
    runroot = "\(directory)/run"
    graphroot = "\(directory)/storage"
    rootless_storage_path = "\(directory)/storage"

    [storage.options]
    additionalimagestores = ["\(mount)/self"]

    """
  }

  private static let engineConf = """
    \(marker)
    # Without this, rootless Podman does not read storage.conf.
    [engine]
    env = ["CONTAINERS_STORAGE_CONF=/etc/containers/storage.conf"]

    """

  private static func dropInConf(mount: String) -> String {
    """
    \(marker)
    [storage.options]
    additionalimagestores = ["\(mount)/self", {append=true}]

    """
  }
}
