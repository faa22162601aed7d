"""Just enough of OLE2 and BIFF8 to write the old files that no library here writes."""

import struct
from pathlib import Path

_SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def compound(path: Path, stream: str, content: bytes) -> Path:
    """An OLE2 file with one stream, large enough to lie in ordinary sectors."""
    content = content.ljust(max(4096, -(-len(content) // _SECTOR) * _SECTOR), b"\0")
    sectors = len(content) // _SECTOR
    fat = [_FAT, _END, *range(3, sectors + 2), _END]
    assert len(fat) <= 128
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1)
    header += struct.pack("<IIIIIII", 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry(stream, 2, _FREE, 2, len(content)) + bytes(256)
    table = struct.pack("<128I", *fat, *[_FREE] * (128 - len(fat)))
    path.write_bytes(header + table + directory + content)
    return path


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    encoded = (name + "\0").encode("utf-16-le")
    entry = encoded.ljust(64, b"\0") + struct.pack("<HBBIII", len(encoded), kind, 1, _FREE, _FREE, child)
    return entry + bytes(36) + struct.pack("<IQ", start, size)


def old_workbook(path: Path, rows: list[list[str | float]], locked: bool = False) -> Path:
    """An .xls of one sheet, with texts and numbers; `locked` says that a password is set."""
    lock = _record(0x2F, b"\1" + bytes(53)) if locked else b""
    name = "数据".encode("utf-16-le")
    start = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 6)) + lock
    end = _record(0x0A, b"")
    at = len(start) + 4 + 8 + len(name) + len(end)
    bound = _record(0x85, struct.pack("<IBBBB", at, 0, 0, 2, 1) + name)
    sheet = _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 6))
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            if isinstance(cell, str):
                text = cell.encode("utf-16-le")
                sheet += _record(0x204, struct.pack("<HHHHB", r, c, 0, len(text) // 2, 1) + text)
            else:
                sheet += _record(0x203, struct.pack("<HHHd", r, c, 0, cell))
    return compound(path, "Workbook", start + bound + end + sheet + end)


def _record(kind: int, content: bytes) -> bytes:
    return struct.pack("<HH", kind, len(content)) + content
