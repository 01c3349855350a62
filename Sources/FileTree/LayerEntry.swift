/// One entry of an OCI layer, in the order of its tar stream, its content already in blocks.
public struct LayerEntry: Hashable, Sendable {
  /// The cleaned path: components joined by `/`, no leading slash, empty for the root itself.
  ///
  /// Whiteouts are entries whose last component starts with `.wh.`.
  public var path: ByteString
  /// Owner, mode, time and extended attributes.
  public var attributes: Attributes
  /// What the entry is.
  public var kind: Kind

  /// The kinds of entry a layer may bring.
  public enum Kind: Hashable, Sendable {
    /// A directory.
    case directory
    /// A regular file.
    case regular(FileContent)
    /// Another name for the file at the cleaned target path.
    case hardLink(ByteString)
    /// A symbolic link with its target as written.
    case symbolicLink(ByteString)
    /// A character device.
    case characterDevice(DeviceNumber)
    /// A block device.
    case blockDevice(DeviceNumber)
    /// A fifo.
    case fifo
  }

  /// Makes an entry.
  public init(path: ByteString, attributes: Attributes, kind: Kind) {
    self.path = path
    self.attributes = attributes
    self.kind = kind
  }
}

/// The number of a device node.
public struct DeviceNumber: Hashable, Sendable {
  /// The major number.
  public var major: UInt32
  /// The minor number.
  public var minor: UInt32

  /// Makes a device number.
  public init(major: UInt32, minor: UInt32) {
    self.major = major
    self.minor = minor
  }
}
