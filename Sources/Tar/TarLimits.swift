/// How much an archive may ask for before it is refused.
///
/// With these a parser's memory is bounded whatever the archive says: by about three times
/// ``extendedHeaderSize`` plus 64 bytes for each of ``sparseRegions``.
public struct TarLimits: Hashable, Sendable {
  /// The most bytes a path or a link target may have.
  public var pathLength: Int
  /// The most bytes a PAX extended header, or the body of a GNU long name, may have.
  public var extendedHeaderSize: Int
  /// The most bytes that the names and values of one member's extended attributes may have.
  public var xattrSize: Int
  /// The most regions of data that a sparse map may list.
  public var sparseRegions: Int
  /// The most bytes a regular file may have, holes included.
  public var fileSize: UInt64

  /// Makes limits.
  ///
  /// The defaults: paths and targets of 65,535 bytes (SquashFS's limit for targets), extended
  /// headers of 1 MiB, 256 KiB of extended attributes, 65,536 sparse regions, files of 16 TiB.
  public init(
    pathLength: Int = 65_535, extendedHeaderSize: Int = 1 << 20, xattrSize: Int = 256 << 10,
    sparseRegions: Int = 65_536, fileSize: UInt64 = 16 << 40
  ) {
    self.pathLength = pathLength
    self.extendedHeaderSize = extendedHeaderSize
    self.xattrSize = xattrSize
    self.sparseRegions = sparseRegions
    self.fileSize = fileSize
  }
}
