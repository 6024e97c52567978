"""In this file layouts are packed into a ZIP for another office, and unpacked with suspicion."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from pathlib import Path

from layouts.checking import PAGE_CSS
from layouts.drafts import own_files
from layouts.errors import LayoutInvalid
from layouts.layout import (
    FILE,
    LARGEST,
    NO_NAMES,
    Files,
    all_said,
    found_in,
    layout_of,
    read_files,
)

ENTRY = re.compile(rf"([a-z0-9][a-z0-9_-]{{0,59}})/({re.escape(FILE)}|{re.escape(PAGE_CSS)})")
"""The only files a package may hold."""
MOST_LAYOUTS = 20
PACKAGE = "ZIP"
"""What the package itself is called where it is wrong."""
MOST_BYTES = 2_000_000


def pack(name: str, layouts_dir: Path) -> bytes:
    """An office's own layout, and its own ones that it is based on, as ZIP.

    The same files give the same bytes. Raises `LayoutInvalid` where there is no such layout.
    """
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as package:
        for one, (toml, css) in sorted(_with_bases(name, layouts_dir).items()):
            _put(package, f"{one}/{FILE}", toml)
            if css is not None:
                _put(package, f"{one}/{PAGE_CSS}", css)
    return stream.getvalue()


def _with_bases(name: str, layouts_dir: Path) -> dict[str, Files]:
    found: dict[str, Files] = {}
    while name not in found and (files := own_files(name, layouts_dir)) is not None:
        found[name] = files
        own, _css = read_files(name, files)
        name = str(own.get("based_on", ""))
    if not found:
        raise LayoutInvalid(name, "name", "没有这个版式。")
    return found


def _put(package: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    package.writestr(entry, content)


def unpack(content: bytes, layouts_dir: Path | None) -> dict[str, Files]:
    """The layouts in a ZIP by name, each held against the settings; nothing is written.

    Raises `LayoutInvalid` for a package that holds anything else, is too large, or one of whose
    layouts is wrong; what a layout is based on lies in the package or is there already.
    """
    if len(content) > MOST_BYTES:
        raise LayoutInvalid(PACKAGE, "大小", f"过大，最多{MOST_BYTES // 1_000_000}MB。")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            found = _read(package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError) as error:
        raise LayoutInvalid(PACKAGE, "文件", "不是有效的 ZIP 文件。") from error
    if not found:
        raise LayoutInvalid(PACKAGE, "文件", f"里面没有版式：应为“版式名/{FILE}”。")
    within = found_in(layouts_dir)
    for name in found:
        layout_of(all_said(name, lambda one: found.get(one) or within(one)))
    return found


def _read(package: zipfile.ZipFile) -> dict[str, Files]:
    entries = [one for one in package.infolist() if not one.is_dir()]
    if len(entries) > 2 * MOST_LAYOUTS:
        raise LayoutInvalid(PACKAGE, "文件", f"过多，最多{MOST_LAYOUTS}种版式。")
    files: dict[str, dict[str, bytes]] = {}
    for entry in entries:
        shown = entry.filename[:80]
        match = ENTRY.fullmatch(entry.filename)
        if match is None or match[1] in NO_NAMES:
            reason = f"只能有“版式名/{FILE}”和“版式名/{PAGE_CSS}”。"
            raise LayoutInvalid(PACKAGE, shown, reason)
        if match[2] in files.setdefault(match[1], {}):
            raise LayoutInvalid(PACKAGE, shown, "同一文件出现两次。")
        if entry.flag_bits & 1:
            raise LayoutInvalid(PACKAGE, shown, "加了密码，读不出来。")
        files[match[1]][match[2]] = _content(package, entry, shown)
    for name, held in files.items():
        if FILE not in held:
            raise LayoutInvalid(PACKAGE, name, f"缺少 {FILE}。")
    return {name: (held[FILE], held.get(PAGE_CSS)) for name, held in files.items()}


def _content(package: zipfile.ZipFile, entry: zipfile.ZipInfo, shown: str) -> bytes:
    """What a file of the package holds; never more is read than a layout may have."""
    with package.open(entry) as file:
        content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise LayoutInvalid(PACKAGE, shown, f"过大，最多{LARGEST // 1000}KB。")
    return content
