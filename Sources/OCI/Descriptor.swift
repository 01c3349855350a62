public import Digests
internal import Failures

/// What a document says of a blob: its type, digest and size (OCI image specification,
/// "Descriptor").
public struct Descriptor: Hashable, Sendable {
  /// What the blob is said to be.
  public let mediaType: MediaType
  /// The digest of the blob's bytes.
  public let digest: Digest
  /// The number of the blob's bytes.
  public let size: UInt64
  /// Where else the blob may be found; used only for layers that are not to be distributed.
  public let urls: [String]
  /// Annotations; keys are reverse domain names.
  public let annotations: [String: String]
  /// In an index: what the manifest is for.
  public let platform: Platform?

  /// Makes a descriptor from its parts.
  public init(
    mediaType: MediaType, digest: Digest, size: UInt64, urls: [String] = [],
    annotations: [String: String] = [:], platform: Platform? = nil
  ) {
    self.mediaType = mediaType
    self.digest = digest
    self.size = size
    self.urls = urls
    self.annotations = annotations
    self.platform = platform
  }
}

extension Descriptor {
  /// Reads a descriptor; `document` says of which document, for messages.
  init(_ value: JSONValue, in document: String) throws(OCIError) {
    func invalid(_ reason: String) -> OCIError { .invalid(document: document, reason: reason) }
    guard let mediaType = value["mediaType"]?.string, !mediaType.isEmpty else {
      throw invalid("a descriptor has no mediaType")
    }
    guard let digestText = value["digest"]?.string else {
      throw invalid("a descriptor has no digest")
    }
    guard let size = value["size"]?.int, size >= 0 else {
      throw invalid("a descriptor's size is missing or not a whole number of bytes")
    }
    let digest: Digest
    do { digest = try Digest(validating: digestText) } catch {
      throw invalid(error.failure.reason)
    }
    self.init(
      mediaType: MediaType(mediaType), digest: digest, size: UInt64(size),
      urls: (value["urls"]?.array ?? []).compactMap(\.string),
      annotations: (value["annotations"]?.object ?? [:]).compactMapValues(\.string),
      platform: value["platform"].map(Platform.init))
  }

  /// The descriptor as JSON, without empty fields.
  public var json: JSONValue {
    var value: JSONValue = [
      "mediaType": .string(mediaType.name), "digest": .string(digest.description),
      "size": .int(size),
    ]
    if !urls.isEmpty { value["urls"] = .array(urls.map(JSONValue.string)) }
    if !annotations.isEmpty {
      value["annotations"] = .object(annotations.mapValues(JSONValue.string))
    }
    if let platform { value["platform"] = platform.json }
    return value
  }
}

extension Platform {
  /// Reads an index entry's `platform`; a missing part is empty and matches nothing.
  init(_ value: JSONValue) {
    self.init(
      os: value["os"]?.string ?? "", architecture: value["architecture"]?.string ?? "",
      variant: value["variant"]?.string)
  }

  /// The platform as an index entry has it.
  var json: JSONValue {
    var value: JSONValue = ["os": .string(os), "architecture": .string(architecture)]
    value["variant"] = variant.map(JSONValue.string)
    return value
  }
}
