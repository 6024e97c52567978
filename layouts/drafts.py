"""In this file a layout of an office is read to be changed, and written so that little is said.

What a draft says like its base is left out of its layout.toml; so it goes along with the base where
it was not meant to differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from layouts.checking import PAGE_CSS
from layouts.layout import (
    FILE,
    Files,
    Layout,
    Said,
    all_said,
    found_in,
    layout_of,
    merged,
    read_files,
)
from layouts.settings import SETTINGS, said, say, unsaid

HEAD = "# 此文件由“版式”页写成；也可以直接修改，页面会照着显示。没有写的各项同底本。\n"


@dataclass(frozen=True)
class Draft:
    """A layout in work: the one it is based on, every setting as it holds, and its own CSS."""

    name: str
    base: str
    """Empty where it is based on none."""
    settings: Mapping[str, Any]
    """By path; a value may be wrong."""
    css: str = field(default="", repr=False)


def own_files(name: str, layouts_dir: Path) -> Files | None:
    """The files of an office's own layout as they lie on disk; none where there is none."""
    path = layouts_dir / name / FILE
    if not path.is_file():
        return None
    css = path.with_name(PAGE_CSS)
    return path.read_bytes(), css.read_bytes() if css.is_file() else None


def stamp_of(files: Files | None) -> str:
    """A digest of a layout's files: another one means that somebody changed them."""
    toml, css = files or (b"", None)
    return hashlib.sha256(b"%d:%s%s" % (len(toml), toml, css or b"")).hexdigest()[:32]


def read_draft(name: str, layouts_dir: Path | None) -> Draft:
    """A layout with all its settings, wrong ones too; raises `LayoutInvalid` where it has none.

    It has none where a file of it, or of one it is based on, cannot be read at all.
    """
    find = found_in(layouts_dir)
    whole = all_said(name, find)
    files = find(name) or (b"", None)
    own, css = read_files(name, files)
    base = own.get("based_on")
    return Draft(name, base if isinstance(base, str) else "", settings_of(whole), css)


def settings_of(whole: Said) -> dict[str, Any]:
    """Every setting of a layout by its path, what is unsaid filled in; none where it is missing."""
    data = merged(unsaid(), whole.data)
    found: dict[str, Any] = {}
    for path, setting in SETTINGS.items():
        value = said(data, path)
        in_style = value is None and setting.table.startswith("style.")
        found[path] = setting.unsaid if in_style and setting.key not in {"face", "size"} else value
    return found


def layout_of_draft(draft: Draft, layouts_dir: Path | None) -> Layout:
    """The layout a draft would be; raises `LayoutInvalid` naming every field that is wrong."""
    toml = written(draft, layouts_dir).encode()
    css = draft.css.encode() if draft.css else None
    within = found_in(layouts_dir)

    def find(name: str) -> Files | None:
        return (toml, css) if name == draft.name else within(name)

    return layout_of(all_said(draft.name, find))


def written(draft: Draft, layouts_dir: Path | None) -> str:
    """The layout.toml of a draft: what differs from its base, tables in the usual order."""
    below: Mapping[str, Any] = {}
    if draft.base:
        below = settings_of(all_said(draft.base, found_in(layouts_dir)))
    own: dict[str, Any] = {}
    for path, value in draft.settings.items():
        if path == "title" or value != below.get(path) or type(value) is not type(below[path]):
            say(own, path, value)
    lines = [HEAD.rstrip("\n")]
    if draft.base:
        lines.append(f"based_on = {_value(draft.base)}")
    lines.append(f"name = {_value(draft.name)}")
    tables: dict[str, list[str]] = {"": lines}
    for path, setting in SETTINGS.items():
        value = said(own, path)
        if value is not None:
            tables.setdefault(setting.table, []).append(f"{setting.key} = {_value(value)}")
    return (
        "\n\n".join(
            "\n".join([f"[{table}]", *said_there] if table else said_there)
            for table, said_there in tables.items()
        )
        + "\n"
    )


def _value(value: object) -> str:
    """A value as TOML writes it; texts are escaped like JSON's."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(str(value), ensure_ascii=False).replace("\x7f", "\\u007f")
