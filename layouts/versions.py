"""In this file a layout is kept as it was, so that an old issue is set again exactly as it was.

A version is the whole layout, all it is based on laid together, CSS included, under the digest of
its own text. It is written when an issue is signed and never changed or removed; the archive holds
it beside the issue as layout.json. So a layout may change, and the library with a release of the
program. A setting that comes later gets a default that changes nothing, and bounds never narrow.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from pathlib import Path

from layouts.checking import css_faults
from layouts.errors import LayoutInvalid
from layouts.layout import KEPT, LARGEST, Layout, Said, layout_of, read_layout
from layouts.settings import say
from layouts.source import Source

VERSION = re.compile(r"[0-9a-f]{16}")
FORM = 1
FILE = "layout.json"
"""What a version is called in the archive, beside the issue's source.json."""


def text_of(layout: Layout) -> str:
    """The whole layout as JSON, the same text for the same layout."""
    said = {"form": FORM, "name": layout.name, "settings": layout.values, "css": layout.css}
    return json.dumps(said, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def version_of(text: str) -> str:
    """The short name of a version: the first 16 digits of its SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def current_version(name: str, layouts_dir: Path | None = None) -> str:
    """The version a layout has as it stands; raises `LayoutInvalid`."""
    return version_of(text_of(read_layout(name, layouts_dir)))


def keep_version(name: str, layouts_dir: Path) -> str:
    """Keep a layout as it stands and give its version; raises `LayoutInvalid` or `OSError`."""
    text = text_of(read_layout(name, layouts_dir))
    version = version_of(text)
    path = layouts_dir / KEPT / f"{version}.json"
    if not path.is_file() or path.read_bytes() != text.encode():
        write_durably(path, text.encode())
    return version


def read_version(
    name: str, version: str, layouts_dir: Path | None, beside: bytes | None = None
) -> Layout:
    """A layout as it was; `beside` is what came along with the issue, where anything did.

    Raises `LayoutInvalid` where that version is not there or is not what its name says.
    """
    if not VERSION.fullmatch(version):
        raise LayoutInvalid(name, "layout_version", "应为16位小写的十六进制数。")
    path = layouts_dir / KEPT / f"{version}.json" if layouts_dir else None
    kept = path.read_bytes() if path is not None and path.is_file() else None
    for content in (kept, beside):
        if content is not None and _is(content, version):
            return _read(name, content)
    if kept is not None or beside is not None:
        raise LayoutInvalid(
            name, "layout_version", f"保存的这一版（{version}）已损坏，或不是本期所用的一版。"
        )
    raise LayoutInvalid(
        name,
        "layout_version",
        f"没有保存这一版（{version}）；请把档案中与本期同存的 {FILE} 放在一起再排。",
    )


def look_of(source: Source, layouts_dir: Path | None, beside: bytes | None = None) -> Layout:
    """The layout an issue is set in: the version it names, else the layout as it stands.

    An issue that names none, but came out of the archive with its layout, is set in that.
    """
    if source.layout_version:
        return read_version(source.layout, source.layout_version, layouts_dir, beside)
    if beside is not None:
        return _read(source.layout, beside)
    return read_layout(source.layout, layouts_dir)


def layout_from(content: bytes) -> Layout:
    """The layout that `text_of` wrote; raises `LayoutInvalid` where it is none."""
    return _read("", content)


def _is(content: bytes, version: str) -> bool:
    return hashlib.sha256(content).hexdigest().startswith(version)


def _read(name: str, content: bytes) -> Layout:
    """A version out of its text, held against the settings like any layout."""
    if len(content) > 2 * LARGEST:
        raise LayoutInvalid(name, FILE, "过大。")
    try:
        said = json.loads(content)
        data: dict[str, object] = {}
        for path, value in said["settings"].items():
            say(data, path, value)
        named, css = str(said["name"]), str(said["css"])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise LayoutInvalid(name, FILE, "不是保存下来的版式。") from error
    return layout_of(Said(named, data, css, tuple(css_faults(css))))


def write_durably(path: Path, content: bytes) -> None:
    """Write a file so that it is on disk whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, staged = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(staged).replace(path)
    except BaseException:
        Path(staged).unlink(missing_ok=True)
        raise
