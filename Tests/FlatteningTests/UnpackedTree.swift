/// Dumps unpacked trees with Python's lstat, listxattr and getxattr: an independent second writer
/// of the format that `DumpLine` defines, with the content itself in place of a digest.
enum UnpackedTree {
  static let script = #"""
    import os, stat, sys

    def escaped(data, also=b""):
        return "".join(chr(b) if 0x21 <= b <= 0x7e and b != 0x5c and b not in also
                       else "\\x%02x" % b for b in data)

    def kept(name):
        return not (name.startswith(("trusted.overlay.", "user.overlay.", "system."))
                    or name == "security.selinux")

    def names(top):
        yield b"", top
        for parent, directories, files in os.walk(top):
            for name in directories + files:
                full = os.path.join(parent, name)
                yield full[len(top) + 1:], full

    def inode(path, s):
        size, payload, digest, links = 0, "-", "-", s.st_nlink
        if stat.S_ISDIR(s.st_mode):
            links = 1
        elif stat.S_ISREG(s.st_mode):
            size = s.st_size
            with open(path, "rb") as f:
                digest = f.read().hex()
        elif stat.S_ISLNK(s.st_mode):
            target = os.readlink(path)
            size, payload = len(target), "\\x2d" if target == b"-" else escaped(target)
        elif stat.S_ISCHR(s.st_mode) or stat.S_ISBLK(s.st_mode):
            payload = "%d:%d" % (os.major(s.st_rdev), os.minor(s.st_rdev))
        mtime = min(max(s.st_mtime_ns // 10**9, 0), 2**32 - 1)
        line = "%06o %d %d %d %d %d %s %s" % (
            s.st_mode, s.st_uid, s.st_gid, size, mtime, links, payload, digest)
        xattrs = sorted(filter(kept, os.listxattr(path, follow_symlinks=False)), key=os.fsencode)
        for name in xattrs:
            value = os.getxattr(path, name, follow_symlinks=False)
            line += " %s=%s" % (escaped(os.fsencode(name), b"="), escaped(value))
        return line

    for top in sys.argv[1:]:
        first = {}
        for path, full in sorted(names(os.fsencode(top))):
            s = os.lstat(full)
            shown = "/" + escaped(path)
            key = s.st_ino
            if key in first:
                print(shown, "hardlink", first[key])
            else:
                first[key] = shown
                print(shown, inode(full, s))
        print()
    """#
}
