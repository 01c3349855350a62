/// An operating system and processor, as image indexes name them (OCI image index specification,
/// `platform`; the names are Go's GOOS and GOARCH).
public struct Platform: Hashable, Sendable {
  /// The operating system, such as `linux`.
  public let os: String
  /// The architecture, such as `amd64` or `arm64`.
  public let architecture: String
  /// The variant of the architecture, such as `v7`; nil when it does not matter.
  public let variant: String?

  /// Makes a platform from its parts; an empty variant is none.
  public init(os: String, architecture: String, variant: String? = nil) {
    self.os = os
    self.architecture = architecture
    self.variant = variant.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// Reads `OS/ARCH` or `OS/ARCH/VARIANT`.
  ///
  /// `x86_64` and `aarch64` are read as `amd64` and `arm64`.
  public init(parsing text: String) throws(OCIError) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    let isWord = { (part: String) in
      !part.isEmpty
        && part.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-")
        }
    }
    guard (2...3).contains(parts.count), parts.allSatisfy(isWord) else {
      throw .invalidName(
        text, reason: "a platform is OS/ARCH or OS/ARCH/VARIANT, such as linux/arm64")
    }
    let aliases = ["x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64", "i386": "386"]
    self.init(
      os: parts[0].lowercased(),
      architecture: aliases[parts[1].lowercased()] ?? parts[1].lowercased(),
      variant: parts.count == 3 ? parts[2].lowercased() : nil)
  }

  /// Linux on the architecture this program was built for, without a variant: the nodes of a
  /// cluster differ, so what this machine's processor can do says nothing.
  public static let host = Platform(os: "linux", architecture: hostArchitecture)

  private static var hostArchitecture: String {
    #if arch(x86_64)
      "amd64"
    #elseif arch(arm64)
      "arm64"
    #elseif arch(powerpc64le)
      "ppc64le"
    #elseif arch(s390x)
      "s390x"
    #elseif arch(riscv64)
      "riscv64"
    #else
      #error("name this architecture as Go does")
    #endif
  }
}

extension Platform {
  /// Whether an offered platform satisfies this one: same system and architecture, and the same
  /// variant where this one names a variant.
  ///
  /// `amd64`, `arm64` and `arm` without a variant are `v1`, `v8` and `v7`.
  public func accepts(_ offered: Platform) -> Bool {
    guard os == offered.os, architecture == offered.architecture else { return false }
    return variant == nil || explicitVariant == offered.explicitVariant
  }

  private var explicitVariant: String? {
    if let variant { return variant }
    return ["amd64": "v1", "arm64": "v8", "arm": "v7"][architecture]
  }

  /// Whether this is `unknown/unknown`, which marks attestations and other things not to be run.
  public var isUnknown: Bool { os == "unknown" || architecture == "unknown" }
}

extension Platform: CustomStringConvertible {
  /// The text that ``init(parsing:)`` reads.
  public var description: String {
    variant.map { "\(os)/\(architecture)/\($0)" } ?? "\(os)/\(architecture)"
  }
}
