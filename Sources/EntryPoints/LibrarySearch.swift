/// Where the dynamic loader looks for libraries: ld.so(8) of glibc, or musl's.
struct LibrarySearch {
  /// Who asks for a library.
  struct Asker {
    /// The directory of the file, for `$ORIGIN`.
    let origin: [UInt8]
    let path: [UInt8]?
    let runPath: [UInt8]?
  }

  private static let muslDirectories = ["/lib", "/usr/local/lib", "/usr/lib"]
  private static let slash = UInt8(ascii: "/")

  private let libraryPath: [[UInt8]]
  private let cache: LibraryCache?
  private let directories: [[UInt8]]
  private let isMusl: Bool
  /// What the loader reads to know where to look.
  let configuration: ImageRoot.File?

  /// Makes ready for the libraries of a program.
  init(_ program: ELFFile, libraryPath: [[UInt8]], in root: ImageRoot) {
    self.libraryPath = libraryPath
    let loader = (program.interpreter ?? []).split(separator: Self.slash).last ?? []
    isMusl = loader.starts(with: "ld-musl-".utf8)
    guard isMusl else {
      configuration = root.file(at: Array("/etc/ld.so.cache".utf8))
      cache = configuration?.content.beginning(LibraryCache.sizeLimit).map { LibraryCache($0) }
      directories = Self.directories(of: program.machine).map { Array($0.utf8) }
      return
    }
    cache = nil
    let name = loader.prefix { $0 != UInt8(ascii: ".") }
    configuration = root.file(at: Array("/etc/".utf8) + name + Array(".path".utf8))
    let lines = configuration?.content.beginning(4096)?.split {
      $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: ":")
    }
    directories = lines?.map { Array($0) } ?? Self.muslDirectories.map { Array($0.utf8) }
  }

  /// The loader's own directories: Debian's for the machine, then everybody's.
  private static func directories(of machine: UInt16) -> [String] {
    let triples: [UInt16: String] = [
      3: "i386-linux-gnu", 21: "powerpc64le-linux-gnu", 40: "arm-linux-gnueabihf",
      62: "x86_64-linux-gnu", 183: "aarch64-linux-gnu", 243: "riscv64-linux-gnu",
    ]
    let own = triples[machine].map { ["/lib/\($0)", "/usr/lib/\($0)"] } ?? []
    return own + ["/lib64", "/usr/lib64", "/lib", "/usr/lib"]
  }

  /// The paths at which a library may be, in the order in which they are tried.
  ///
  /// - Parameter askers: Who needs it, then who needs that, up to the program.
  func places(of name: [UInt8], for askers: [Asker]) -> [[UInt8]] {
    guard let asker = askers.first, !name.isEmpty else { return [] }
    guard !name.contains(Self.slash) else { return [name] }
    var directories: [[UInt8]] = []
    if isMusl {
      directories += libraryPath
      for asker in askers { directories += Self.expanded(asker.runPath ?? asker.path, asker) }
    } else {
      if asker.runPath == nil {
        for asker in askers where asker.runPath == nil {
          directories += Self.expanded(asker.path, asker)
        }
      }
      directories += libraryPath + Self.expanded(asker.runPath, asker)
    }
    let isIn: ([UInt8]) -> [UInt8] = { $0 + [Self.slash] + name }
    return directories.map(isIn) + (cache?.paths(of: name) ?? []) + self.directories.map(isIn)
  }

  /// The directories of a path, without those that depend on the processor.
  private static func expanded(_ path: [UInt8]?, _ asker: Asker) -> [[UInt8]] {
    let dollar = UInt8(ascii: "$")
    return (path ?? []).split(separator: UInt8(ascii: ":")).prefix(64).compactMap { part in
      var rest = part
      for origin in ["$ORIGIN", "${ORIGIN}"] where part.starts(with: origin.utf8) {
        rest = part.dropFirst(origin.utf8.count)
        return rest.contains(dollar) ? nil : asker.origin + rest
      }
      return rest.contains(dollar) ? nil : Array(rest)
    }
  }
}
