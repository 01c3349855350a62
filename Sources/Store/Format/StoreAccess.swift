/// Who may read a store's files, and who sees its new images (firn-store(5), "Access").
public struct StoreAccess: Hashable, Sendable {
  /// Who may read the store's files: decides the modes of all directories and files.
  ///
  /// `group` means ``group``, `owner` the account that made the store.
  public var readers: ImageAccess.Visibility
  /// The group of the files where it may read them, and of new images; nil for each importer's own.
  public var group: UInt32?
  /// Who sees a new image in nodes' views when its importer does not say.
  public var images: ImageAccess.Visibility

  /// Makes the access of a store; by default the world may read and see everything.
  public init(
    readers: ImageAccess.Visibility = .world, group: UInt32? = nil,
    images: ImageAccess.Visibility = .world
  ) {
    self.readers = readers
    self.group = group
    self.images = images
  }

  /// The rule of a new image.
  ///
  /// - Parameters:
  ///   - owner: The user id of the importer.
  ///   - primary: The importer's own group, for a store that has none.
  public func rule(owner: UInt32, primary: UInt32) -> ImageAccess {
    ImageAccess(owner: owner, group: group ?? primary, visibility: images)
  }

  /// The mode of a directory of the store.
  ///
  /// In `leases/` of a store that the world may read every user's node service may leave a file,
  /// and remove only its own.
  public func mode(of area: StoreArea) -> UInt32 {
    switch readers {
    case .world: area == .leases ? 0o1777 : 0o755
    case .group: 0o2750
    case .owner: 0o700
    }
  }

  /// The mode of a file in a directory of a mode: read by whom the directory lets in, written by
  /// its owner alone, because files never change once they are there.
  public static func fileMode(inDirectoryOf mode: UInt32) -> UInt32 { mode & 0o444 | 0o600 }
}

extension StoreAccess: Codable {}
