/// The nodes that exist whatever images there are: the mount's top and each view's skeleton.
enum FixedItem: UInt32 {
  // The public part, view 0. The mount's root must have FUSE's node id 1.
  case mountRoot = 1
  case viewsDirectory = 2

  // One of each per view.
  case selfLink = 16
  case viewRoot = 17
  case overlay = 18
  case overlayLinks = 19
  case overlayLayers = 20
  case layersDocument = 21
  case layersLock = 22
  case overlayImages = 23
  case imagesDocument = 24
  case imagesLock = 25
  case imagesLink = 26
  case imagesDirectory = 27

  /// Items from here on are directories of names: `images/quay.io`, `images/quay.io/team`, ….
  ///
  /// Each view has its own.
  static let firstNameDirectory: UInt32 = 1 << 30
}

/// The nodes of an image that are not inodes of its root file system.
enum ImageItem: Hashable {
  /// `overlay/<layer>`.
  case layer
  /// `overlay/<layer>/link`.
  case layerLink
  /// `overlay/l/<link>`.
  case shortLink
  /// `overlay-images/<id>`.
  case dataDirectory
  /// `images/<name>/root.squashfs`.
  case rootBlob
  /// `images/<name>/config.json`.
  case config
  /// `images/<name>/manifest.json`.
  case manifest
  /// `overlay-images/<id>/<key>`, by position among the image's big data.
  case data(Int)

  private static let first: UInt32 = NodeAddress.itemLimit - 512
  private static let firstData: UInt32 = NodeAddress.itemLimit - 256

  /// The largest number of big data items an image may have.
  static let dataLimit = 256

  /// The item's number: above every offset of an inode.
  var number: UInt32 {
    switch self {
    case .layer: Self.first
    case .layerLink: Self.first + 1
    case .shortLink: Self.first + 2
    case .dataDirectory: Self.first + 3
    case .rootBlob: Self.first + 4
    case .config: Self.first + 5
    case .manifest: Self.first + 6
    case .data(let position): Self.firstData + UInt32(position)
    }
  }

  /// The item with a number, or nil when the number is the offset of an inode.
  init?(number: UInt32) {
    switch number {
    case Self.first: self = .layer
    case Self.first + 1: self = .layerLink
    case Self.first + 2: self = .shortLink
    case Self.first + 3: self = .dataDirectory
    case Self.first + 4: self = .rootBlob
    case Self.first + 5: self = .config
    case Self.first + 6: self = .manifest
    case Self.firstData...: self = .data(Int(number - Self.firstData))
    default: return nil
    }
  }

  /// Whether an image's inode table of this many bytes leaves room for the items.
  static func fits(inodeTableSize: Int) -> Bool { inodeTableSize <= Int(first) }
}
