public import FUSE
public import SquashFS

/// A place in a mount where the root file system of an image is.
public struct ShownRoot: Sendable {
  /// The path of the root directory below the mount point; empty where it is the mount point.
  public let path: String
  private let nodes: VolumeNodes

  init(_ nodes: VolumeNodes, path: String) {
    self.nodes = nodes
    self.path = path
  }

  /// The node of an inode of the image there.
  public func node(of inode: InodePosition) -> NodeID { nodes.node(of: inode) }
}
