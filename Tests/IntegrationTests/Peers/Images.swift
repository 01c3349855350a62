import FoundationEssentials
import Glibc

/// The real images that fixtures/images/make makes, as OCI layouts with the tag `latest`.
///
/// FIRN_TEST_IMAGES names a directory to reuse; otherwise they are made once per run.
enum Images {
  enum Kind: String, CaseIterable, Sendable, CustomStringConvertible {
    case debian, derived, python
    var description: String { rawValue }
  }

  private static let directory: String =
    getenv("FIRN_TEST_IMAGES").map { String(cString: $0) } ?? TestRun.scratch("images")

  private static let made: [Kind: Lazy<String>] = {
    // One after the other: they start from the same tree.
    let order = Lazy { try Images.make(.debian) }
    return [
      .debian: order,
      .derived: Lazy {
        _ = try order.value; return try make(.derived)
      },
      .python: Lazy {
        _ = try order.value; return try make(.python)
      },
    ]
  }()

  /// The script, in the checkout that this file was compiled from.
  private static let script =
    #filePath.split(separator: "/").dropLast(4).map { "/\($0)" }.joined() + "/fixtures/images/make"

  private static func make(_ kind: Kind) throws -> String {
    var command = Command(script, directory, kind.rawValue)
    command.timeout = 900
    try command.succeed()
    return "\(directory)/\(kind.rawValue)"
  }

  /// Why images cannot be had.
  static var missing: String? {
    if Kind.allCases.allSatisfy({ exists("\(directory)/\($0.rawValue).done") }) { return nil }
    if geteuid() != 0 { return "making images needs root" }
    return Need.find("debootstrap") == nil ? "install debootstrap" : nil
  }

  /// The directory of an image's layout.
  static func layout(_ kind: Kind) throws -> String {
    guard let path = try made[kind]?.value else { throw SystemFailure("no \(kind)", EINVAL) }
    return path
  }

  /// The tree that umoci unpacks of an image, unpacked once per run.
  static func unpacked(_ kind: Kind) throws -> String {
    guard let path = try trees[kind]?.value else { throw SystemFailure("no \(kind)", EINVAL) }
    return path
  }

  private static let trees: [Kind: Lazy<String>] = Dictionary(
    uniqueKeysWithValues: Kind.allCases.map { kind in
      (
        kind,
        Lazy {
          let bundle = TestRun.scratch("umoci-\(kind)")
          try Command("umoci", "unpack", "--image", "\(layout(kind)):latest", bundle).succeed()
          return bundle + "/rootfs"
        }
      )
    })

  /// An image in the formats that skopeo writes, made once per run.
  static func archive(_ kind: Kind, _ format: String) throws -> String {
    let file = TestRun.scratch("\(kind)-\(format).tar")
    if !exists(file) {
      let name = format == "docker-archive" ? ":example.org/\(kind):1" : ":latest"
      try Command("skopeo", "copy", "-q", "oci:\(layout(kind)):latest", "\(format):\(file)\(name)")
        .succeed()
    }
    return file
  }
}

/// The documents of an image layout.
struct Layout {
  struct Descriptor: Decodable {
    var digest: String
    var size: Int
  }
  private struct Index: Decodable { var manifests: [Descriptor] }
  struct Manifest: Decodable {
    var config: Descriptor
    var layers: [Descriptor]
  }

  var path: String
  /// The digest of the only manifest.
  var digest: String
  var manifest: Manifest

  init(_ path: String) throws {
    self.path = path
    let index = try Self.decode(Index.self, "\(path)/index.json")
    guard let first = index.manifests.first else {
      throw SystemFailure("no image in \(path)", EINVAL)
    }
    digest = first.digest
    manifest = try Self.decode(Manifest.self, Self.blob(first.digest, in: path))
  }

  static func blob(_ digest: String, in path: String) -> String {
    "\(path)/blobs/\(digest.replacing(":", with: "/"))"
  }

  /// The file of a blob.
  func blob(_ digest: String) -> String { Self.blob(digest, in: path) }

  static func decode<Value: Decodable>(_ type: Value.Type, _ path: String) throws -> Value {
    try JSONDecoder().decode(type, from: Data(readFile(path)))
  }
}
