"""What the files of a store take: read from the tables that packs end with (firn-store(5))."""

import os
import pathlib
import struct

FOOTER, ENTRY = struct.Struct("<QQ32sIIQ"), struct.Struct("<IIQQQ16s")
BLOCK, PIECE = struct.Struct("<32s16sIIQ"), struct.Struct("<32sIII")


def tables(path):
    """A pack's blocks, as stored bytes and bytes of content, and the numbers of those that hold
    small files and tail ends."""
    with open(path, "rb") as file:
        file.seek(-FOOTER.size, os.SEEK_END)
        offset, size, *_ = FOOTER.unpack(file.read(FOOTER.size))
        file.seek(offset)
        trailer = file.read(size)
    sections = {}
    count, = struct.unpack_from("<I", trailer, 12)
    for number in range(count):
        kind, _, start, stored, _, _ = ENTRY.unpack_from(trailer, 16 + number * ENTRY.size)
        sections[kind] = trailer[start:start + stored]
    blocks = [(word & 0xFFFFFF, size) for _, _, word, size, _ in BLOCK.iter_unpack(sections[2])]
    return blocks, {block for _, block, _, _ in PIECE.iter_unpack(sections[3])}


def shares(store):
    """Bytes by what they are for, which add up to the store's size, and what the blocks hold."""
    found = {"blocks of files": 0, "fragment blocks": 0, "tables of the packs": 0}
    details = {"blocks": 0, "fragment blocks": 0, "content of fragment blocks": 0}
    for path in sorted(pathlib.Path(store).rglob("*")):
        if not path.is_file():
            continue
        size = path.stat().st_size
        area = path.relative_to(store).parts[0]
        if area != "packs":
            found[area] = found.get(area, 0) + size
            continue
        blocks, holders = tables(path)
        for number, (stored, content) in enumerate(blocks):
            if number in holders:
                details["fragment blocks"] += 1
                details["content of fragment blocks"] += content
            else:
                details["blocks"] += 1
            found["fragment blocks" if number in holders else "blocks of files"] += stored
            size -= stored
        found["tables of the packs"] += size
    return found, details
