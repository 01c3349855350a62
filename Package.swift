// swift-tools-version: 6.2
import PackageDescription

// The modules, lowest first. An import points down this file, never up or sideways:
// `Tests/ArchitectureTests` holds the same order as a table and fails where it is crossed.

let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func helper(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies, path: "Tests/\(name)", swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

func system(_ name: String, _ pkgConfig: String, _ debianPackage: String) -> Target {
  .systemLibrary(
    name: name, path: "Sources/\(name)", pkgConfig: pkgConfig, providers: [.apt([debianPackage])])
}

let systemPackage = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let log = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let arguments = Target.Dependency.product(
  name: "ArgumentParser", package: "swift-argument-parser")

let package = Package(
  name: "firn",
  products: [
    .executable(name: "firn", targets: ["firn"]),
    .executable(name: "firn-node", targets: ["firn-node"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    // MARK: 0. C libraries: a module map each, and shims for what Swift cannot call.
    .target(name: "CLinux"),
    system("CFuse", "fuse3", "libfuse3-dev"),
    system("CSquashfs", "libsquashfs1", "libsquashfs-dev"),
    system("CZstd", "libzstd", "libzstd-dev"),
    system("CLZ4", "liblz4", "liblz4-dev"),
    system("CZlib", "zlib", "zlib1g-dev"),
    system("CIsal", "libisal", "libisal-dev"),
    system("CLZMA", "liblzma", "liblzma-dev"),
    system("CLZO", "lzo2", "liblzo2-dev"),
    system("CCrypto", "libcrypto", "libssl-dev"),
    system("CXXHash", "libxxhash", "libxxhash-dev"),

    // MARK: 1. The form of every error.
    library("Failures", []),

    // MARK: 2. The operating system, hashes and compressors, each the one door to its C libraries.
    library("Linux", ["CLinux", "Failures", systemPackage]),
    library("Digests", ["CCrypto", "CXXHash", "Failures"]),
    library("Compression", ["CIsal", "CLZ4", "CLZMA", "CLZO", "CZlib", "CZstd", "Failures"]),

    // MARK: 3. Formats and values without input or output.
    library("FileTree", []),
    library("Tar", ["Failures"]),
    library("OCI", ["Digests", "Failures"]),

    // MARK: 4. The three machines: a SquashFS reader and linker, a FUSE session, a store.
    library("SquashFS", ["CSquashfs", "Compression", "Failures", "FileTree"]),
    library("FUSE", ["CFuse", "Failures", "Linux", systemPackage]),
    library(
      "Store", ["Compression", "Digests", "Failures", "FileTree", "Linux", systemPackage]),

    // MARK: 5. What OCI and Podman ask of them.
    library("Accounting", ["Digests", "Store"]),
    library("Flattening", ["Failures", "FileTree", "Tar"]),
    library("AdditionalImageStore", ["Digests"]),
    library("Collection", ["Digests", "Linux", "Store"]),
    library("StartBundles", ["Compression", "Digests", "Linux", "Store", systemPackage]),
    library(
      "Registry",
      [
        "Digests", "Failures", "Linux", "OCI", httpClient, nio, nioHTTP, nioPosix, nioTLS, toml,
        log,
        systemPackage,
      ]),

    // MARK: 6. Where images come from, what a node shows, and where blocks move.
    library("Relocation", ["Accounting", "Collection", "Digests", "Store"]),
    library(
      "Transports",
      [
        "AdditionalImageStore", "Compression", "Digests", "Failures", "Linux", "OCI", "Registry",
        "Tar", toml, log, systemPackage,
      ]),
    library(
      "ImageTree",
      [
        "AdditionalImageStore", "Digests", "FileTree", "FUSE", "Linux", "SquashFS",
        "StartBundles", "Store", systemPackage,
      ]),

    // MARK: 7. The two ways through, and what a site must have for them.
    library(
      "ImageImport",
      [
        "AdditionalImageStore", "Compression", "Digests", "Failures", "FileTree", "Flattening",
        "Linux", "OCI", "Registry", "SquashFS", "Store", "Tar", "Transports", log,
      ]),
    library(
      "NodeService",
      [
        "AdditionalImageStore", "Compression", "Digests", "FUSE", "Failures", "ImageTree", "Linux",
        "SquashFS", "StartBundles", "Store", log, systemPackage,
      ]),

    library(
      "Consistency",
      ["Digests", "Failures", "Linux", "Relocation", "Store", log, systemPackage]),
    library(
      "SiteChecks", ["AdditionalImageStore", "Failures", "Linux", "Store", systemPackage]),

    library(
      "EntryPoints",
      ["ImageTree", "OCI", "SquashFS", "StartBundles", "Store"]),

    // MARK: 8. What users type, but for the import.
    library(
      "Commands",
      [
        "Accounting", "AdditionalImageStore", "Collection", "Compression", "Consistency", "Digests",
        "EntryPoints", "Failures", "FileTree", "FUSE", "ImageTree", "Linux", "NodeService", "OCI",
        "Relocation", "SiteChecks", "SquashFS", "StartBundles", "Store", arguments, log,
        systemPackage,
      ]),

    // MARK: 9. The programs.
    executable(
      "firn",
      [
        "Commands", "Compression", "Digests", "Failures", "Flattening", "ImageImport", "Linux",
        "OCI", "Registry",
        "Store",
        "Transports", arguments, log, systemPackage,
      ]),
    executable("firn-node", ["Commands", arguments]),

    // MARK: Tests: file systems and images to test with, programs to kill, then a target a module.
    helper("MemoryFileSystem", ["FUSE", "Linux", systemPackage]),
    helper(
      "StoreSimulation",
      ["Compression", "Digests", "FileTree", "Linux", "Store", systemPackage]),
    helper(
      "ImageSamples",
      [
        "AdditionalImageStore", "Compression", "Digests", "FUSE", "ImageImport", "ImageTree",
        "Linux", "OCI", "Store", "Tar", "Transports", log, systemPackage,
      ]),
    .executableTarget(
      name: "memoryfs",
      dependencies: ["FUSE", "Failures", "Linux", "MemoryFileSystem", systemPackage],
      path: "Tests/memoryfs", swiftSettings: strict),
    tests("ArchitectureTests", []),
    tests("LinuxTests", ["Failures", "Linux", systemPackage]),
    tests("DigestsTests", ["Digests", "Failures"]),
    tests("CompressionTests", ["Compression", "Failures"]),
    tests("FileTreeTests", ["FileTree"]),
    tests("TarTests", ["Failures", "Tar"]),
    tests("OCITests", ["Digests", "Failures", "OCI"]),
    tests("SquashFSTests", ["CSquashfs", "Compression", "Failures", "FileTree", "SquashFS"]),
    tests(
      "FUSETests", ["FUSE", "Failures", "Linux", "MemoryFileSystem", "memoryfs", systemPackage]),
    tests(
      "StoreTests",
      [
        "Compression", "Digests", "Failures", "FileTree", "Linux", "Store", "StoreSimulation",
        systemPackage,
      ]),
    tests("CollectionTests", ["Collection", "Digests", "Linux", "Store", "StoreSimulation"]),
    tests(
      "StartBundlesTests",
      ["Digests", "Linux", "StartBundles", "Store", "StoreSimulation", systemPackage]),
    tests(
      "ConsistencyTests",
      [
        "Compression", "Consistency", "Digests", "Failures", "FileTree", "Linux", "Store",
        "StoreSimulation", log, systemPackage,
      ]),
    tests(
      "AccountingTests",
      ["Accounting", "Digests", "Linux", "Store", "StoreSimulation", systemPackage]),
    tests(
      "RelocationTests",
      [
        "Accounting", "Collection", "Compression", "Digests", "Relocation", "Store",
        "StoreSimulation", systemPackage,
      ]),
    tests("FlatteningTests", ["Digests", "Failures", "FileTree", "Flattening", "Tar"]),
    tests("AdditionalImageStoreTests", ["AdditionalImageStore", "Digests"]),
    tests(
      "RegistryTests",
      ["Digests", "Failures", "Linux", "OCI", "Registry", log, systemPackage]),
    tests(
      "TransportsTests",
      [
        "Compression", "Digests", "Failures", "ImageImport", "Linux", "OCI", "Registry", "Store",
        "Transports", log, systemPackage,
      ]),
    tests(
      "ImageTreeTests",
      [
        "AdditionalImageStore", "Compression", "Digests", "FUSE", "FileTree", "ImageSamples",
        "ImageTree", "Linux", "OCI", "SquashFS", "Store", systemPackage,
      ]),
    tests(
      "EntryPointsTests",
      [
        "EntryPoints", "ImageSamples", "ImageTree", "Linux", "OCI", "StartBundles", "Store",
        systemPackage,
      ]),
    tests(
      "ImageImportTests",
      [
        "AdditionalImageStore", "Compression", "Consistency", "Digests", "FUSE", "Failures",
        "FileTree", "Flattening", "ImageImport", "ImageSamples", "ImageTree", "Linux",
        "NodeService", "OCI", "Registry", "SquashFS", "Store", "StoreSimulation", "Tar",
        "Transports", systemPackage,
      ]),
    tests(
      "NodeServiceTests",
      [
        "AdditionalImageStore", "Compression", "Digests", "FUSE", "Failures", "ImageSamples",
        "ImageTree", "Linux", "NodeService", "SquashFS", "StartBundles", "Store",
        "StoreSimulation", "firn-node",
        systemPackage,
      ]),
    tests(
      "SiteChecksTests",
      [
        "AdditionalImageStore", "Failures", "Linux", "SiteChecks", "Store", "firn-node", "memoryfs",
        systemPackage,
      ]),
    tests(
      "CommandsTests",
      [
        "Accounting", "Collection", "Commands", "Compression", "Digests", "FUSE", "Failures",
        "ImageSamples", "ImageTree", "Linux", "NodeService", "OCI", "SiteChecks", "StartBundles",
        "Store", "StoreSimulation", "firn-node", arguments, log, systemPackage,
      ]),
    tests(
      "FirnTests",
      [
        "Commands", "Compression", "Digests", "Failures", "Flattening", "ImageImport", "Linux",
        "OCI", "Registry", "Store", "Transports", "firn", arguments, systemPackage,
      ]),
    tests("IntegrationTests", ["Digests", "firn"]),
  ]
)
