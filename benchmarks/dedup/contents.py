"""The distinct file contents of several trees, and what they take when each is compressed alone."""

import ctypes
import hashlib
import mmap
import os
import stat

ZSTD = ctypes.CDLL("libzstd.so.1")
ZSTD.ZSTD_createCCtx.restype = ctypes.c_void_p
for name in ("ZSTD_compressCCtx", "ZSTD_compressBound"):
    getattr(ZSTD, name).restype = ctypes.c_size_t


class Compressor:
    """zstd at one level."""

    def __init__(self, level):
        self.level = level
        self.context = ctypes.c_void_p(ZSTD.ZSTD_createCCtx())
        self.room = mmap.mmap(-1, 1 << 20)

    def size(self, address, count):
        """How many bytes the bytes at an address compress to; as many as they are if not fewer."""
        bound = ZSTD.ZSTD_compressBound(ctypes.c_size_t(count))
        if bound > len(self.room):
            self.room = mmap.mmap(-1, bound)
        room = (ctypes.c_char * bound).from_buffer(self.room)
        found = ZSTD.ZSTD_compressCCtx(
            self.context, room, ctypes.c_size_t(bound), ctypes.c_void_p(address),
            ctypes.c_size_t(count), self.level)
        return min(found, count)


class Sum:
    """Distinct pieces of content: how many, their bytes, compressed, and by a store's rule."""

    def __init__(self):
        self.count = self.raw = self.compressed = self.stored = 0
        self.known = set()

    def is_new(self, digest):
        if digest in self.known:
            return False
        self.known.add(digest)
        return True

    def add(self, raw, compressed):
        self.count += 1
        self.raw += raw
        self.compressed += compressed
        # A block that gains less than an eighth is kept as it is (firn-store(5)).
        self.stored += compressed if compressed <= raw - raw // 8 else raw

    def figures(self):
        return {"count": self.count, "bytes": self.raw, "compressed": self.compressed,
                "stored": self.stored}


class Contents:
    """The distinct contents, whole and cut in blocks of each of some sizes."""

    def __init__(self, level, block_sizes):
        self.compressor = Compressor(level)
        self.files = self.raw = 0
        self.whole = Sum()
        self.blocks = {size: Sum() for size in block_sizes}
        self.tails = {size: Sum() for size in block_sizes}

    def add(self, tree):
        """Takes in the regular files of a tree; names of one file count once."""
        seen = set()
        for path, _, names in os.walk(os.fsencode(tree)):
            for name in names:
                full = os.path.join(path, name)
                status = os.lstat(full)
                inode = status.st_dev, status.st_ino
                if stat.S_ISREG(status.st_mode) and status.st_size and inode not in seen:
                    seen.add(inode)
                    self.files += 1
                    self.raw += status.st_size
                    with open(full, "rb") as file:
                        self.content(file.read())

    def content(self, data):
        if not self.whole.is_new(hashlib.sha256(data).digest()):
            return
        address = ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value
        self.whole.add(len(data), self.compressor.size(address, len(data)))
        view = memoryview(data)
        for size in self.blocks:
            for start in range(0, len(data), size):
                part = view[start:start + size]
                kind = self.blocks if len(part) == size else self.tails
                if kind[size].is_new(hashlib.sha256(part).digest()):
                    kind[size].add(
                        len(part), self.compressor.size(address + start, len(part)))
