import Digests

/// Writes an OCI image layout of uncompressed layers, tag `latest`, into a directory.
struct ImageLayoutWriter {
  let directory: String

  func write(layers: [[UInt8]]) throws {
    try makeDirectory(directory)
    try makeDirectory(directory + "/blobs")
    try makeDirectory(directory + "/blobs/sha256")
    let descriptors = try layers.map {
      try blob($0, type: "application/vnd.oci.image.layer.v1.tar")
    }
    let diffIDs = descriptors.map { "\"sha256:\($0.hex)\"" }.joined(separator: ",")
    let config = try blob(
      Array(
        """
        {"architecture":"amd64","os":"linux","config":{},\
        "rootfs":{"type":"layers","diff_ids":[\(diffIDs)]}}
        """.utf8), type: "application/vnd.oci.image.config.v1+json")
    let manifest = try blob(
      Array(
        """
        {"schemaVersion":2,"config":\(config.json()),\
        "layers":[\(descriptors.map { $0.json() }.joined(separator: ","))]}
        """.utf8), type: "application/vnd.oci.image.manifest.v1+json")
    let name = #","annotations":{"org.opencontainers.image.ref.name":"latest"}"#
    try writeFile(
      directory + "/index.json",
      Array(#"{"schemaVersion":2,"manifests":[\#(manifest.json(adding: name))]}"#.utf8))
    try writeFile(directory + "/oci-layout", Array(#"{"imageLayoutVersion":"1.0.0"}"#.utf8))
  }

  private struct Descriptor {
    var type: String
    var hex: String
    var size: Int

    func json(adding more: String = "") -> String {
      #"{"mediaType":"\#(type)","digest":"sha256:\#(hex)","size":\#(size)\#(more)}"#
    }
  }

  private func blob(_ bytes: [UInt8], type: String) throws -> Descriptor {
    let hex = SHA256Digest.of(bytes.span.bytes).hex
    try writeFile(directory + "/blobs/sha256/" + hex, bytes)
    return Descriptor(type: type, hex: hex, size: bytes.count)
  }
}
