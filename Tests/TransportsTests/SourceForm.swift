import Linux
import Registry
import SystemPackage

/// A form in which the sample image can be had, with one place that can be damaged: the stored
/// bytes of its third layer.
enum SourceForm: String, CaseIterable {
  case registry, layout, layoutArchive, dockerArchive, directory, storage

  /// What is done to the layer.
  enum Damage: String, CaseIterable {
    case none, changed, shorter, longer, missing

    /// The shell command for the file `$f`.
    var command: String {
      switch self {
      case .none: ":"
      case .changed: "printf X | dd of=\"$f\" bs=1 seek=1000 conv=notrunc 2>/dev/null"
      case .shorter: "truncate -s -1000 \"$f\""
      case .longer: "printf X >>\"$f\""
      case .missing: "rm \"$f\""
      }
    }
  }

  /// A copy of the sample image in a form of its own, for as long as this lives.
  struct Copy {
    let name: String
    /// The same place with a name in it that no image has.
    let unknownName: String
    fileprivate let work: TemporaryDirectory
    fileprivate let registry: TestRegistry?
  }

  /// Copies the sample and damages the copy.
  func copy(_ sample: SampleImage, _ damage: Damage) throws -> Copy {
    let work = try TemporaryDirectory()
    let registry = self == .registry ? try TestRegistry() : nil
    try registry?.push("oci:\(sample.path("layout"))", to: "a/b:1")
    let data = "\(registry?.directory.path ?? "/nonexistent")/data/docker/registry/v2/blobs/sha256"
    try shell(
      """
      cd '\(work.path)'; exec 2>&1
      digest=$(jq -r '.layers[2].digest' '\(sample.path("blobs"))/manifest.json' | cut -c8-)
      \(script(sample, data))
      \(damage.command)
      cd '\(work.path)'; if [ -d archive ]; then tar cf a.tar -C archive .; fi
      """)
    let names = names(work.path, registry?.host ?? "")
    return Copy(name: names.0, unknownName: names.1, work: work, registry: registry)
  }

  /// Copies, and sets `f` to the file to be damaged.
  private func script(_ sample: SampleImage, _ data: String) -> String {
    switch self {
    case .registry: "f='\(data)'/$(echo $digest | cut -c1-2)/$digest/data"
    case .layout: "cp -r '\(sample.path("layout"))' l; f=l/blobs/sha256/$digest"
    case .layoutArchive: "cp -r '\(sample.path("layout"))' archive; f=archive/blobs/sha256/$digest"
    case .dockerArchive:
      """
      mkdir archive; tar xf '\(sample.path("docker.tar"))' -C archive
      f=archive/$(jq -r '.[0].Layers[2]' archive/manifest.json)
      """
    case .directory: "cp -r '\(sample.path("blobs"))' l; f=l/$digest"
    case .storage:
      "cp -a '\(sample.path("overlay"))' l; f=$(find l/overlay/*/diff/opt -maxdepth 1 -name b)"
    }
  }

  private func names(_ work: FilePath, _ host: String) -> (String, String) {
    switch self {
    case .registry: ("docker://\(host)/a/b:1", "docker://\(host)/a/b:2")
    case .layout: ("oci:\(work)/l:one", "oci:\(work)/l:two")
    case .layoutArchive: ("oci-archive:\(work)/a.tar:one", "oci-archive:\(work)/a.tar:two")
    case .dockerArchive: ("docker-archive:\(work)/a.tar", "docker-archive:\(work)/a.tar:a/b:2")
    case .directory: ("dir:\(work)/l", "dir:\(work)/nothing")
    case .storage:
      (
        "containers-storage:[\(work)/l]registry.example/team/one:1",
        "containers-storage:[\(work)/l]registry.example/team/one:2"
      )
    }
  }
}
