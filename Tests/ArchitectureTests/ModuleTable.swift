/// The modules and their levels: an import goes to a module of a lower level, never up or sideways.
///
/// The README shows the same table; Package.swift declares the modules in this order.
enum ModuleTable {
  static let levels: [String: Int] = [
    "CCrypto": 0, "CFuse": 0, "CIsal": 0, "CLinux": 0, "CLZ4": 0, "CLZMA": 0, "CLZO": 0,
    "CSquashfs": 0, "CXXHash": 0, "CZlib": 0, "CZstd": 0,
    "Failures": 1,
    "Linux": 2, "Digests": 2, "Compression": 2,
    "FileTree": 3, "Tar": 3, "OCI": 3,
    "SquashFS": 4, "FUSE": 4, "Store": 4,
    "Accounting": 5, "Flattening": 5, "AdditionalImageStore": 5, "Collection": 5, "Registry": 5,
    "StartBundles": 5,
    "Relocation": 6, "Transports": 6, "ImageTree": 6,
    "Consistency": 7, "EntryPoints": 7, "ImageImport": 7, "NodeService": 7, "SiteChecks": 7,
    "Commands": 8,
    "firn": 9, "firn-node": 9,
  ]

  /// Modules of others, and which of ours may import them.
  static let foreign: [String: Set<String>?] = [
    "Glibc": ["Linux", "FUSE"],
    "Synchronization": nil,
    "Dispatch": nil,
    "SystemPackage": nil,
    "Logging": nil,
    "FoundationEssentials": [
      "OCI", "Store", "AdditionalImageStore", "Registry", "Transports", "ImageTree", "Consistency",
      "ImageImport", "NodeService", "Commands", "firn",
    ],
    "ArgumentParser": ["Commands", "firn", "firn-node"],
    "AsyncHTTPClient": ["Registry"], "NIOCore": ["Registry"], "NIOSSL": ["Registry"],
    "NIOHTTP1": ["Registry"], "NIOPosix": ["Registry"], "NIOFoundationCompat": [],
    "TOMLKit": ["Registry", "Transports"],
  ]

  /// What the modules on a compute node must never reach, directly or through others.
  static let forbiddenOnNodes: Set<String> = [
    "AsyncHTTPClient", "NIOCore", "NIOPosix", "NIOSSL", "TOMLKit",
  ]
}
