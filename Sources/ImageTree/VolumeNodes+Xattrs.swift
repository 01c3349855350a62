internal import AdditionalImageStore
internal import FUSE
internal import FileTree
internal import SquashFS
internal import SystemPackage

extension VolumeNodes {
  /// The value of an extended attribute as the view shows it.
  func extendedAttribute(_ name: RawSpan, of inode: Inode) throws(Errno) -> [UInt8] {
    guard inode.hasXattrs else { throw .noData }
    let value = try checked { () throws(SquashFSError) in try volume.xattr(name, of: inode) }
    guard let value else { throw .noData }
    guard let view, !view.identity.users.isIdentity, isCapability(name) else { return value }
    return CapabilityAttribute.shifted(value, root: view.owner(uid: 0, gid: 0, slot: slot).uid)
  }

  /// The names, each with a zero byte behind it.
  func extendedAttributeNames(of inode: Inode) throws(Errno) -> [UInt8] {
    guard inode.hasXattrs else { return [] }
    let xattrs = try checked { () throws(SquashFSError) in try volume.xattrs(of: inode) }
    return xattrs.flatMap { $0.name.bytes + [0] }
  }

  private func isCapability(_ name: RawSpan) -> Bool {
    name.byteCount == CapabilityAttribute.name.count
      && name.withUnsafeBytes { $0.elementsEqual(CapabilityAttribute.name) }
  }
}
