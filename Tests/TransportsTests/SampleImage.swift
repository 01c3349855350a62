import Digests
import OCI
import SystemPackage

/// A small image of three layers in every form that the tools at hand can write, made once.
final class SampleImage: Sendable {
  static let tools = isInstalled("skopeo", "umoci", "podman", "jq")

  /// Made at the first use, kept for all tests of this process, and removed at its end.
  static let shared = Result {
    let image = try SampleImage()
    removeAtExit(image.directory.path)
    return image
  }

  let directory: TemporaryDirectory
  /// The diff IDs, lowest first, computed by sha256sum from skopeo's uncompressed layers.
  let diffIDs: [String]

  private init() throws {
    directory = try TemporaryDirectory()
    let path = directory.path
    try shell(
      """
      cd '\(path)'; exec >/dev/null 2>&1
      mkdir tree; echo one >tree/a; head -c 700000 /dev/urandom >tree/b; ln tree/a tree/c
      umoci init --layout layout; umoci new --image layout:one
      umoci insert --image layout:one tree /opt/tree
      umoci insert --image layout:one tree/a /etc/a
      umoci insert --image layout:one --opaque tree /opt
      umoci config --image layout:one --architecture amd64 --os linux --config.cmd /bin/true \
        --config.label a=b
      skopeo copy -q oci:layout:one oci-archive:layout.tar:one
      skopeo copy -q oci:layout:one docker-archive:docker.tar:registry.example/team/one:1
      skopeo copy -q --dest-compress --dest-compress-format zstd oci:layout:one oci:zstd:one
      skopeo copy -q --dest-decompress oci:layout:one dir:plain
      skopeo copy -q oci:layout:one dir:blobs
      for driver in overlay vfs; do
        skopeo copy -q oci:layout:one \
          "containers-storage:[$driver@$PWD/$driver+$PWD/run]registry.example/team/one:1"
      done
      # skopeo mounts the driver's directory onto itself and leaves it so.
      umount -l overlay/overlay || :
      """)
    try shell(
      """
      cd '\(path)'; exec >/dev/null 2>&1
      podman() { command podman --root "$PWD/r" --runroot "$PWD/rr" --storage-driver vfs "$@"; }
      podman load -i docker.tar
      podman save -o podman.tar registry.example/team/one:1
      podman save --format oci-archive -o podman-oci.tar registry.example/team/one:1
      podman rmi -a -f; rm -rf r rr
      """)
    diffIDs = try Self.plainLayers(path)
  }

  private static func plainLayers(_ path: FilePath) throws -> [String] {
    let digests = try shell(
      """
      cd '\(path)/plain'
      for layer in $(jq -r '.layers[].digest' manifest.json); do
        sha256sum "${layer#sha256:}" | cut -c1-64
      done
      """)
    return digests.split(separator: "\n").map { "sha256:\($0)" }
  }

  func path(_ name: String) -> String { directory.file(name).string }
}
