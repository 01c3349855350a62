internal import CFuse
internal import Glibc

extension stat {
  /// The attributes in the form that libfuse takes; seconds beyond 64 bits do not exist.
  init(_ attributes: NodeAttributes) {
    self.init()
    st_ino = ino_t(attributes.inode)
    st_mode = mode_t(attributes.mode)
    st_nlink = nlink_t(attributes.links)
    st_uid = attributes.uid
    st_gid = attributes.gid
    st_rdev = dev_t(attributes.device)
    st_size = off_t(clamping: attributes.size)
    let needed = attributes.size / 512 + (attributes.size % 512 == 0 ? 0 : 1)
    st_blocks = blkcnt_t(clamping: attributes.blocks ?? needed)
    st_blksize = 4096
    st_mtim.tv_sec = time_t(attributes.modified)
    st_atim.tv_sec = time_t(attributes.modified)
    st_ctim.tv_sec = time_t(attributes.modified)
  }
}

extension fuse_entry_param {
  init(_ entry: Entry) {
    self.init()
    ino = entry.node.rawValue
    generation = entry.generation
    attr = stat(entry.attributes)
    attr_timeout = seconds(entry.attributeTimeout)
    entry_timeout = seconds(entry.entryTimeout)
  }
}

/// A timeout as libfuse can convert it: not negative and a number.
func seconds(_ timeout: Double) -> Double { timeout > 0 ? timeout : 0 }
