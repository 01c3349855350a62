public import Linux
public import SystemPackage

/// A valid additional image store without images, below a mount point.
///
/// Podman fails in every command of every user when an additional store's directory is missing, so
/// there must be one where the mount is when the mount is not.
public enum EmptyStore {
  private static let directories = [
    "self", "self/overlay", "self/overlay/l", "self/overlay-images", "self/overlay-layers",
  ]
  private static let files: [(path: String, content: String)] = [
    ("self/overlay-images/images.json", "[]"), ("self/overlay-layers/layers.json", "[]"),
    ("self/overlay-images/images.lock", String(repeating: "0", count: 64)),
    ("self/overlay-layers/layers.lock", String(repeating: "0", count: 64)),
  ]

  /// Makes one in an empty directory; a directory with anything in it is left as it is.
  public static func prepare(_ directory: FilePath) throws(SystemError) {
    guard try Paths.list(directory).isEmpty else { return }
    for name in directories { try Paths.makeDirectory(directory.appending(name)) }
    for (name, content) in files {
      let file = try OwnedDescriptor(
        opening: directory.appending(name), [.create, .exclusive, .writeOnly])
      try file.writeAll(Array(content.utf8).span.bytes)
      try file.setMode(0o644)
      try file.close()
    }
  }
}
