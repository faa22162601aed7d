"""What a file is by its first bytes, whatever its name says; what is dangerous is refused unparsed."""

import zipfile
from pathlib import Path

from qianshao.words import Text
from qianshao.workbooks.faults import (
    SAVE_AGAIN,
    SAVE_AS_XLSX,
    SAVE_WITHOUT_PASSWORD,
    SEND_THE_TABLE,
    Unreadable,
    unreadable,
)

# An honest workbook of 18 MB unpacks five-fold; one made to exhaust memory, several hundred-fold.
MOST_UNPACKED = 512 << 20
MOST_RATIO = 100
RATIO_COUNTS_FROM = 64 << 20
MOST_ENTRIES = 1000

_OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OTHERS = (
    (b"\x89PNG", "PNG 图片", "a PNG picture"),
    (b"\xff\xd8\xff", "JPEG 图片", "a JPEG picture"),
    (b"GIF8", "GIF 图片", "a GIF picture"),
    (b"BM", "BMP 图片", "a BMP picture"),
    (b"%PDF", "PDF 文件", "a PDF"),
    (b"Rar!", "RAR 压缩包", "a RAR archive"),
    (b"7z\xbc\xaf", "7z 压缩包", "a 7z archive"),
    (b"\x1f\x8b", "gzip 压缩包", "a gzip archive"),
    (b"{\\rtf", "RTF 文档", "an RTF document"),
)


def kind_of(path: Path) -> str:
    """`xlsx`, `xls`, `ods` or `text`. Raises `Unreadable` for anything else, and for what is dangerous."""
    with path.open("rb") as file:
        start = file.read(4096)
    if not start.strip(b"\x00\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise unreadable(
            "empty_file", "文件是空的。", "The file is empty.", Text("重新导出后报送", "Export it again")
        )
    if start.startswith(b"PK"):
        return _archive(path)
    if start.startswith(_OLE2):
        return _compound(path)
    for magic, zh, en in _OTHERS:
        if start.startswith(magic):
            raise unreadable(
                "not_a_table", f"这是{zh}，不是表格。", f"This is {en}, not a table.", SEND_THE_TABLE
            )
    if start.lstrip(b"\xef\xbb\xbf\r\n\t ").startswith(b"<"):
        raise unreadable(
            "web_page",
            "这是网页或 XML 内容，只是改了文件名。",
            "This is a web page or XML under the name of a table.",
            SAVE_AS_XLSX,
        )
    return "text"


def _archive(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            mime = _mime(archive)
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, ValueError, EOFError) as error:
        raise _damaged() from error
    _refuse_bomb(path, entries)
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise _encrypted()
    names = {entry.filename.replace("\\", "/").lower() for entry in entries}
    if "xl/workbook.bin" in names:
        raise unreadable("xlsb", "不支持 .xlsb 格式。", "The .xlsb format is not read.", SAVE_AS_XLSX)
    if "xl/workbook.xml" in names:
        return "xlsx"
    if mime == b"application/vnd.oasis.opendocument.spreadsheet":
        return "ods"
    if "word/document.xml" in names:
        raise unreadable(
            "not_a_table",
            "这是 Word 文档，不是表格。",
            "This is a Word document, not a table.",
            SEND_THE_TABLE,
        )
    if "[content_types].xml" in names:
        raise _damaged()
    raise unreadable(
        "archive",
        "这是压缩包，不是表格。",
        "This is an archive, not a table.",
        Text("解压后逐个报送", "Unpack it, send each table"),
    )


def _mime(archive: zipfile.ZipFile) -> bytes:
    try:
        with archive.open("mimetype") as file:
            return file.read(200).strip()
    except KeyError:
        return b""
    except Exception:  # a damaged entry can fail in any way that zlib or the standard knows
        return b""


def _refuse_bomb(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    swollen = unpacked > RATIO_COUNTS_FROM and unpacked > MOST_RATIO * path.stat().st_size
    if unpacked > MOST_UNPACKED or swollen or len(entries) > MOST_ENTRIES:
        raise unreadable(
            "too_large",
            f"文件解开后过大（约 {unpacked >> 20} MB），未读取。",
            f"The file is too large when unpacked (about {unpacked >> 20} MB); it was not read.",
            Text(
                "删去图片和空白行后另存，或按乡镇分成几个文件",
                "Remove pictures and blank rows, or split it by township",
            ),
        )


def _compound(path: Path) -> str:
    """An OLE2 file: an old workbook, an encrypted new one, or something else of its time.

    Streams are told by their names in the directory, which is plain UTF-16.
    """
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise _encrypted()
    if path.suffix.lower() == ".et":
        raise unreadable("et", "不支持 WPS 的 .et 格式。", "The .et format of WPS is not read.", SAVE_AS_XLSX)
    if "WordDocument".encode("utf-16-le") in content:
        raise unreadable(
            "not_a_table",
            "这是 Word 文档，不是表格。",
            "This is a Word document, not a table.",
            SEND_THE_TABLE,
        )
    if any(name.encode("utf-16-le") in content for name in ("Workbook", "WORKBOOK", "Book", "BOOK")):
        return "xls"
    raise _damaged()


def _damaged() -> Unreadable:
    return unreadable(
        "damaged", "文件已损坏，无法打开。", "The file is damaged and cannot be opened.", SAVE_AGAIN
    )


def _encrypted() -> Unreadable:
    return unreadable(
        "encrypted", "文件有密码，无法读取。", "The file has a password.", SAVE_WITHOUT_PASSWORD
    )
