/// The names of the documents that an image object keeps.
public enum DocumentName {
  /// The manifest as the registry gave it.
  public static let manifest = "manifest"
  /// The index or manifest list that led to the manifest, if one did.
  public static let index = "index"
  /// The config as the registry gave it.
  public static let config = "config"
  /// The manifest of the one flattened layer, as Podman must find it.
  public static let flattenedManifest = "flattened-manifest"
  /// The config of the one flattened layer, as Podman must find it.
  public static let flattenedConfig = "flattened-config"
}
