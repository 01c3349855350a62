import Digests
import OCI

/// An image as a registry has it: a manifest, a configuration and one layer, with its answers to
/// requests that it does not mind.
struct ServedImage: Sendable {
  /// The blobs of an image.
  enum Part: String, CaseIterable, Sendable {
    case manifest, config, layer
  }

  /// Those who may ask, and the token they get; nowhere else may any of it turn up.
  enum Secret {
    static let user = "canary-user"
    static let password = "canary-pa55word"
    static let token = "canary-t0ken"
    /// What must be in no message, log or file, in any form it is sent in.
    static let all = [password, token, "Y2FuYXJ5LXVzZXI6Y2FuYXJ5LXBhNTV3b3Jk"]
  }

  let manifest: [UInt8]
  let config: [UInt8]
  let layer: [UInt8]
  let manifestDigest: Digest

  /// Makes an image of a layer.
  ///
  /// - Parameters:
  ///   - diffID: What the configuration promises, if not the truth.
  ///   - blob: What is stored as the layer, if not the layer.
  ///   - config: What is stored as configuration, if not one that fits.
  init(
    _ archived: ArchivedLayer, promising diffID: Digest? = nil, blob: [UInt8]? = nil,
    config: [UInt8]? = nil,
    mediaType: MediaType = MediaType("application/vnd.oci.image.layer.v1.tar+gzip")
  ) {
    let layer = blob ?? archived.bytes
    let json: JSONValue = [
      "architecture": "amd64", "os": "linux", "created": "2024-01-02T03:04:05Z",
      "rootfs": [
        "type": "layers", "diff_ids": [.string((diffID ?? archived.diffID).description)],
      ],
      // Long enough to be cut in two.
      "comment": .string(String(repeating: "comment ", count: 500)),
    ]
    let config = config ?? json.bytes
    let manifest: JSONValue = [
      "schemaVersion": 2, "mediaType": .string(MediaType.ociManifest.name),
      "config": Self.descriptor(config, .ociConfig),
      "layers": [Self.descriptor(layer, mediaType)],
    ]
    self.manifest = manifest.bytes
    self.config = config
    self.layer = layer
    manifestDigest = .of(manifest.bytes.span.bytes)
  }

  private static func descriptor(_ bytes: [UInt8], _ type: MediaType) -> JSONValue {
    [
      "mediaType": .string(type.name), "size": .int(bytes.count),
      "digest": .string(Digest.of(bytes.span.bytes).description),
    ]
  }

  subscript(part: Part) -> [UInt8] {
    switch part {
    case .manifest: manifest
    case .config: config
    case .layer: layer
    }
  }

  func path(of part: Part) -> String {
    part == .manifest
      ? "/v2/a/b/manifests/\(manifestDigest)" : "/v2/a/b/blobs/\(Digest.of(self[part].span.bytes))"
  }

  /// What is right to answer, by a registry that gives tokens to whoever has the password.
  func answer(_ request: FaultyRegistry.Request) -> [FaultyRegistry.Step] {
    let authorization = request.headers["authorization"]
    if request.path == "/token" {
      return authorization == "Basic \(Secret.all[2])"
        ? [.response(200, body: Array(#"{"token":"\#(Secret.token)"}"#.utf8))] : [.response(401)]
    }
    guard authorization == "Bearer \(Secret.token)" else { return [Self.challenge(request)] }
    for part in Part.allCases where request.path == path(of: part) {
      return [.response(200, body: self[part])]
    }
    return [.response(request.path == "/v2/" ? 200 : 404)]
  }

  static func challenge(_ request: FaultyRegistry.Request) -> FaultyRegistry.Step {
    let host = request.headers["host"] ?? ""
    return .response(
      401, ["WWW-Authenticate": #"Bearer realm="http://\#(host)/token",service="s""#])
  }
}

extension FaultyRegistry.Step {
  /// A whole response.
  static func response(
    _ status: Int, _ headers: [String: String] = [:], body: [UInt8] = []
  ) -> FaultyRegistry.Step {
    .send(head(status, headers, length: body.count) + body)
  }

  /// A head; without a length the body ends with the connection.
  static func head(
    _ status: Int, _ headers: [String: String] = [:], length: Int?
  ) -> [UInt8] {
    var text = "HTTP/1.1 \(status) Whatever\r\n"
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) { text += "\(name): \(value)\r\n" }
    if let length { text += "Content-Length: \(length)\r\n" }
    return Array("\(text)\r\n".utf8)
  }
}
