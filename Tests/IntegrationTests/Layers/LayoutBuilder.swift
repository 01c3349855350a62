import Digests

/// Writes OCI image layouts, tag `latest`, of layers given as files: small, and made in no time.
struct LayoutBuilder {
  let scratch: Scratch
  /// What a container of the images runs.
  var command = "/none"

  /// Writes a layout of uncompressed layers and gives its path.
  ///
  /// - Parameter layers: For each layer its files: contents by path.
  @discardableResult
  func layout(_ name: String, layers: [[String: [UInt8]]]) throws -> String {
    try layout(name, archives: layers.map { Archive(tar: try archive($0)) })
  }

  /// A layer as it is stored.
  struct Archive {
    /// The archive before compression.
    var tar: [UInt8]
    /// The archive as it is stored, when it is compressed.
    var compressed: [UInt8]?
    /// What the media type ends with: `+gzip`, `+zstd` or nothing.
    var suffix = ""
  }

  /// Writes a layout of layers given as tar archives and gives its path.
  @discardableResult
  func layout(_ name: String, archives layers: [Archive]) throws -> String {
    let directory = try scratch.directory(name)
    try scratch.directory("\(name)/blobs/sha256")
    let archives = try layers.map {
      try blob($0.compressed ?? $0.tar, in: directory, type: "layer.v1.tar\($0.suffix)")
    }
    let diffIDs = layers.map { "\"sha256:\(SHA256Digest.of($0.tar.span.bytes).hex)\"" }
      .joined(separator: ",")
    let config = try blob(
      """
      {"architecture":"amd64","os":"linux","config":{"Cmd":["\(command)"]},\
      "rootfs":{"type":"layers","diff_ids":[\(diffIDs)]}}
      """, in: directory, type: "config.v1+json")
    let list = archives.map(\.json).joined(separator: ",")
    let manifest = try blob(
      "{\"schemaVersion\":2,\"config\":\(config.json),\"layers\":[\(list)]}",
      in: directory, type: "manifest.v1+json")
    let named =
      manifest.json.dropLast()
      + ",\"annotations\":{\"org.opencontainers.image.ref.name\":\"latest\"}}"
    try scratch.file(
      "\(name)/index.json", "{\"schemaVersion\":2,\"manifests\":[\(named)]}")
    try scratch.file("\(name)/oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}")
    return directory
  }

  private struct Blob {
    var digest: String
    var json: String
  }

  private func blob(_ text: String, in directory: String, type: String) throws -> Blob {
    try blob(Array(text.utf8), in: directory, type: type)
  }

  private func blob(_ bytes: [UInt8], in directory: String, type: String) throws -> Blob {
    let hex = SHA256Digest.of(bytes.span.bytes).hex
    try writeFile("\(directory)/blobs/sha256/\(hex)", bytes)
    let type = "application/vnd.oci.image.\(type)"
    return Blob(
      digest: "sha256:\(hex)",
      json: "{\"mediaType\":\"\(type)\",\"digest\":\"sha256:\(hex)\",\"size\":\(bytes.count)}")
  }

  /// A tar archive of files.
  private func archive(_ files: [String: [UInt8]]) throws -> [UInt8] {
    let tree = try Scratch("layer")
    for (path, bytes) in files {
      let parent = path.split(separator: "/").dropLast().joined(separator: "/")
      try tree.directory("root/\(parent)")
      try writeFile(tree("root/\(path)"), bytes)
    }
    try output(
      "tar", "-c", "--sort=name", "--format=gnu", "--numeric-owner", "--owner=0", "--group=0",
      "--mtime=@1700000000", "-C", tree("root"), "-f", tree("layer.tar"), ".")
    return try readFile(tree("layer.tar"))
  }
}
