/// What was left out or made up on the way from layers to a tree, as counts.
///
/// A ``LayerEntryBuilder`` counts what it leaves out of a layer, a ``Flattener`` what it makes up;
/// reports of layers are added up. Sockets do not appear: no tar dialect has them.
public struct FlatteningReport: Hashable, Sendable {
  /// Extended attributes `trusted.overlay.*` and `user.overlay.*` that were stripped.
  public var overlayXattrs = 0
  /// Extended attributes `security.selinux` that were stripped.
  public var securityLabels = 0
  /// POSIX access control lists, which SquashFS cannot hold.
  public var accessControlLists = 0
  /// Extended attributes that neither SquashFS nor Linux can hold: outside `user.`, `trusted.` and
  /// `security.`, without a name, or `user.` on what is neither file nor directory (xattr(7)).
  public var unsupportedXattrs = 0
  /// Times of modification before 1970 or after 2106, moved to the nearest that SquashFS can hold.
  public var clampedTimes = 0
  /// Entries of AUFS's own, `.wh..wh.*`, which say nothing about the tree.
  public var ignoredEntries = 0
  /// Directories that no layer has an entry for and that were made because something lies in them.
  public var impliedDirectories = 0

  /// Makes a report of nothing.
  public init() {}

  /// Adds the counts of another report.
  public static func += (left: inout FlatteningReport, right: FlatteningReport) {
    left.overlayXattrs += right.overlayXattrs
    left.securityLabels += right.securityLabels
    left.accessControlLists += right.accessControlLists
    left.unsupportedXattrs += right.unsupportedXattrs
    left.clampedTimes += right.clampedTimes
    left.ignoredEntries += right.ignoredEntries
    left.impliedDirectories += right.impliedDirectories
  }
}
