import Digests
import Failures
import Linux
import Logging
import OCI
import Registry
import SystemPackage
import Testing

@testable import Transports

@Suite(
  "Images in the storage of podman",
  .enabled(if: SampleImage.tools, "skopeo, umoci, podman and jq make the test images"))
struct StorageSourceTests {
  private let sample: SampleImage
  private let work: TemporaryDirectory

  init() throws {
    sample = try SampleImage.shared.get()
    work = try TemporaryDirectory()
    try shell("cp -a '\(sample.path("overlay"))' '\(work.path)/s'")
  }

  private static let image = "registry.example/team/one:1"

  private func open(
    _ image: String = image, _ options: RegistryOptions = RegistryOptions()
  ) throws -> any ImageSource {
    try SourceName(parsing: "containers-storage:[\(work.path)/s]\(image)")
      .open(options: options, logger: Logger(label: "test"))
  }

  private func resolve(_ image: String = image) async throws -> ResolvedImage {
    try await open(image).resolve(platform: nil)
  }

  /// What reading the whole image fails with; nil when it does not.
  private func failure(_ image: String = image) async -> Failure? {
    do {
      let source = try open(image)
      for layer in try await source.resolve(platform: nil).layers {
        for try await _ in try await source.blob(layer) {}
      }
      return nil
    } catch let error as any FailureConvertible { return error.failure } catch {
      Issue.record("\(error)")
      return nil
    }
  }

  @Test("is found by name, tag, digest and the beginning of its id")
  func names() async throws {
    let image = try await resolve()
    #expect(image.names == [Self.image])
    let repository = "registry.example/team/one"
    for name in [
      "\(repository)@\(image.manifest.digest)", "\(repository):9@\(image.manifest.digest)",
      "@\(image.configDocument.digest.hex)", "@\(image.configDocument.digest.hex.prefix(3))",
    ] {
      #expect(try await resolve(name) == image, "\(name)")
    }
    for name in [
      "one:1", "\(repository):2", "\(repository)@\(image.configDocument.digest)", "@fff0000",
      "registry.example/team/two@\(image.manifest.digest)",
    ] {
      #expect(await failure(name)?.code == .sourceNotFound, "\(name)")
    }
  }

  @Test("is the one that podman built, on top of another and of nothing")
  func built() async throws {
    let root = "\(work.path)/s"
    // Podman mounts the driver's directory onto itself and leaves it so.
    defer { _ = try? shell("umount -l '\(root)/overlay' 2>/dev/null") }
    try shell(
      """
      cd '\(work.path)'; exec >log 2>&1
      mkdir tree; echo new >tree/new; head -c 300000 /dev/urandom >tree/large; ln -s new tree/link
      ln tree/new tree/again; mkfifo tree/fifo
      printf 'FROM \(Self.image)\\nCOPY tree /opt/more\\nLABEL k=v\\n' >one
      printf 'FROM scratch\\nCOPY tree /\\nCOPY tree /more\\n' >two
      for name in one two; do
        podman --root '\(root)' --runroot '\(work.path)/run' --storage-driver overlay \
          build -q --pull=never -t team/built:$name -f $name .
        podman --root '\(root)' --runroot '\(work.path)/run' --storage-driver overlay \
          save --format oci-archive -o $name.tar team/built:$name
      done
      """)
    for name in ["one", "two"] {
      let saved = try await SourceName(parsing: "oci-archive:\(work.path)/\(name).tar")
        .open(options: RegistryOptions(), logger: Logger(label: "test")).resolve(platform: nil)
      let source = try open("team/built:\(name)")
      let image = try await source.resolve(platform: nil)
      #expect(image.names == ["localhost/team/built:\(name)"])
      #expect(image.configDocument.digest == saved.configDocument.digest)
      #expect(image.layers.map(\.diffID) == saved.layers.map(\.diffID))
      #expect(await failure("team/built:\(name)") == nil)
    }
  }

  @Test("belongs to whom its layers say, whoever owns the files")
  func shiftedOwners() async throws {
    try shell("cd '\(work.path)/s/overlay'; chown -hR 100000:100000 */diff")
    #expect(await failure() == nil)
  }

  @Test("is read from a place that podman's configuration names")
  func configured() async throws {
    let file = work.file("storage.conf")
    try shell("printf '[storage]\\ngraphroot = \"%s/s\"\\n' '\(work.path)' >'\(file)'")
    let options = RegistryOptions(environment: ["CONTAINERS_STORAGE_CONF": file.string])
    let name = "containers-storage:\(Self.image)"
    try await ImageSourceConformance(name: name, sample: sample, options: options).check()
  }

  @Test("is not changed by reading it, down to the times of its files")
  func readOnly() async throws {
    let list = """
      cd '\(work.path)/s'; find . -printf '%p %y %m %U %G %s %T@ %C@ %l\\n' | sort | sha256sum
      """
    let before = try shell(list)
    #expect(await failure() == nil)
    #expect(try shell(list) == before)
  }

  @Test("with a symbolic link where a file or directory was is refused, even to the same bytes")
  func links() async throws {
    try shell(
      """
      cd '\(work.path)/s/overlay'; cp -a . '\(work.path)/outside'
      file=$(find . -path '*/diff/*' -name b | head -n 1)
      rm "$file"; ln -s "\(work.path)/outside/$file" "$file"
      """)
    let file = await failure()
    #expect(file?.code == .digestMismatch)
    #expect(file?.cause?.contains("symbolic link") == true)
    try shell(
      """
      cd '\(work.path)/s/overlay'
      directory=$(dirname "$(find . -path '*/diff/*' -name b | head -n 1)")
      rm -r "$directory"; ln -s "\(work.path)/outside/$directory" "$directory"
      """)
    let directory = await failure()
    #expect(directory?.code == .digestMismatch)
    #expect(directory?.cause?.contains("symbolic link") == true)
  }

  @Test("without what its layers need is refused, and the layer named")
  func incomplete() async throws {
    let layers = "s/overlay-layers/layers.json"
    for (script, hint) in [
      ("rm s/overlay-layers/*.tar-split.gz", "tar-split"),
      ("rm s/overlay/*/diff/opt/tree/b", "opt/tree/b"),
      ("jq 'map(del(.[\"diff-digest\"]))' \(layers) >l; cp l \(layers)", "diff ID"),
      ("jq 'map(del(.[\"diff-size\"]))' \(layers) >l; cp l \(layers)", "size"),
      ("jq 'map(.flags.incomplete = true)' \(layers) >l; cp l \(layers)", "complete"),
      ("echo '[]' >\(layers)", "diff ID"),
    ] {
      try shell("cd '\(work.path)'; \(script)")
      let failure = await failure()
      #expect(failure?.code == .imageInvalid, "\(script)")
      #expect(failure?.sentence.contains("layer 1") == true, "\(script)")
      #expect(
        failure?.description.contains(hint) == true, "\(script): \(failure?.description ?? "")")
      try shell(
        "cd '\(work.path)'; rm -rf s; cp -a '\(sample.path("overlay"))' s")
    }
  }

  @Test("with records that would lead out of the storage is refused")
  func hostileRecords() async throws {
    for (list, field) in [("images", "images"), ("layers", "layers")] {
      try shell(
        """
        cd '\(work.path)/s/overlay-\(list)'; cp \(field).json keep
        jq 'map(.id = "../../x")' keep >\(field).json
        """)
      #expect(await failure()?.code == .imageInvalid)
      try shell("cd '\(work.path)/s/overlay-\(list)'; mv keep \(field).json")
    }
    #expect(await failure() == nil)
  }

  @Test("with documents that were changed is refused")
  func documents() async throws {
    try shell("cd '\(work.path)'/s/overlay-images/*/; sed -i s/sha256/sha257/ manifest")
    #expect(await failure()?.code == .digestMismatch)
  }
}
