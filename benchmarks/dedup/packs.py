"""What the files of a store take: read from the tables that packs end with (firn-store(5))."""

import os
import pathlib
import struct

FOOTER, BLOCK, PIECE = struct.Struct("<QQ32sIIQ"), struct.Struct("<32s16sIIQ"), 44
ENTRY = struct.Struct("<IIQQQ16s")


def tables(path):
    """The sizes of a pack's blocks, and the numbers of those that hold small files and tails."""
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
    blocks = [(content, word & 0xFFFFFF, size)
              for content, _, word, size, _ in BLOCK.iter_unpack(sections[2])]
    holders = {struct.unpack_from("<I", sections[3], at + 32)[0]
               for at in range(0, len(sections[3]), PIECE)}
    pieces = sum(struct.unpack_from("<I", sections[3], at + 40)[0]
                 for at in range(0, len(sections[3]), PIECE))
    return blocks, holders, pieces


def shares(store):
    """Bytes by what they are for; the sum is the size of the store."""
    found = {"blocks of files": 0, "fragment blocks": 0, "tables of the packs": 0}
    details = {"fragment content": 0, "fragment pieces": 0, "blocks": 0, "fragments": 0}
    for path in sorted(pathlib.Path(store).rglob("*")):
        if not path.is_file():
            continue
        size = path.stat().st_size
        area = path.relative_to(store).parts[0]
        if area != "packs":
            found[area] = found.get(area, 0) + size
            continue
        blocks, holders, pieces = tables(path)
        details["fragment pieces"] += pieces
        for number, (_, stored, content) in enumerate(blocks):
            held = number in holders
            found["fragment blocks" if held else "blocks of files"] += stored
            details["fragments" if held else "blocks"] += 1
            details["fragment content"] += content if held else 0
            size -= stored
        found["tables of the packs"] += size
    return found, details
