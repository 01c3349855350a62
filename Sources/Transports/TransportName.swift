/// Where images can come from; the names are those of containers-transports(5).
public enum TransportName: String, CaseIterable, Sendable {
  /// A registry: `docker://REFERENCE`.
  case docker
  /// An image layout in a directory: `oci:PATH[:NAME]`.
  case oci
  /// An image layout in a tar archive: `oci-archive:FILE[:NAME]`.
  case ociArchive = "oci-archive"
  /// What `docker save` and `podman save` write: `docker-archive:FILE[:NAME]`.
  case dockerArchive = "docker-archive"
  /// A directory of blobs, as `skopeo copy` writes it: `dir:PATH`.
  case directory = "dir"
  /// What podman and buildah keep: `containers-storage:[[DRIVER@ROOT+RUN]]NAME`.
  case storage = "containers-storage"

  /// How a source of this transport is written, for messages.
  public var form: String { self == .docker ? "docker://" : "\(rawValue):" }
}
