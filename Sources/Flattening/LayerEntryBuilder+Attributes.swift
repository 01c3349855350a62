internal import FileTree
internal import Tar

extension LayerEntryBuilder {
  /// What a tar entry says of its inode; nothing for a hard link, which has none of its own.
  ///
  /// A symbolic link's mode is 0777 on Linux, whatever the archive says (symlink(7)).
  mutating func attributes(
    of tar: TarEntry, at path: ByteString, kind: LayerEntry.Kind
  ) throws(FlatteningError) -> Attributes {
    if case .hardLink = kind { return Attributes(mode: 0) }
    guard tar.uid != Self.noOwner, tar.gid != Self.noOwner else {
      throw .ownerOutOfRange(path: path)
    }
    return Attributes(
      mode: tar.kind == .symbolicLink ? 0o777 : tar.mode, uid: tar.uid, gid: tar.gid,
      mtime: clamped(tar.mtime),
      xattrs: try xattrs(of: tar, at: path, kind: kind))
  }

  /// The number that stands for no id at all: -1 (chown(2)).
  private static let noOwner = UInt32.max

  private mutating func clamped(_ seconds: Int64) -> UInt32 {
    let time = UInt32(clamping: seconds)
    if Int64(time) != seconds { report.clampedTimes += 1 }
    return time
  }

  private mutating func xattrs(
    of tar: TarEntry, at path: ByteString, kind: LayerEntry.Kind
  ) throws(FlatteningError) -> [ExtendedAttribute] {
    if tar.hasAccessControlList { report.accessControlLists += 1 }
    var kept: [ExtendedAttribute] = []
    for written in tar.xattrs {
      let xattr = ExtendedAttribute(name: ByteString(written.name), value: written.value)
      guard keeps(xattr.name, on: kind) else { continue }
      guard xattr.name.count <= EntryRules.maximumXattrNameLength,
        xattr.value.count <= EntryRules.maximumXattrSize
      else { throw .xattrTooLarge(path: path, name: xattr.name) }
      kept.append(xattr)
    }
    return kept
  }

  /// Whether an extended attribute stays; counts it where it does not.
  ///
  /// `*.overlay.*` would steer the kernel's overlayfs, which serves the tree as a lower layer;
  /// `security.selinux` belongs to the machine that labelled the file.
  private mutating func keeps(_ name: ByteString, on kind: LayerEntry.Kind) -> Bool {
    if name.hasPrefix("trusted.overlay.") || name.hasPrefix("user.overlay.") {
      report.overlayXattrs += 1
    } else if name == "security.selinux" {
      report.securityLabels += 1
    } else if name == "system.posix_acl_access" || name == "system.posix_acl_default" {
      report.accessControlLists += 1
    } else if !isSupported(name, on: kind) {
      report.unsupportedXattrs += 1
    } else {
      return true
    }
    return false
  }

  private func isSupported(_ name: ByteString, on kind: LayerEntry.Kind) -> Bool {
    let namespaces: [ByteString] =
      switch kind {
      case .regular, .directory: ["user.", "trusted.", "security."]
      default: ["trusted.", "security."]
      }
    return !name.bytes.contains(0)
      && namespaces.contains { name.hasPrefix($0) && name.count > $0.count }
  }
}

extension ByteString {
  fileprivate func hasPrefix(_ prefix: ByteString) -> Bool { bytes.starts(with: prefix.bytes) }
}
