"""In this file an office gets a layout of its own: a folder based on one that is there."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

from layouts.checking import PAGE_CSS
from layouts.errors import LayoutInvalid
from layouts.layout import FILE, LIBRARY, NAME, NO_NAMES, Files, read_layout
from layouts.versions import write_durably

SAMPLE = LIBRARY / "sample.json"
OWN = re.compile(r"(based_on|name|title) *=")
HEAD = """\
# {name}：以 {base} 为底本。没有写的各项都同底本。
# 下面是底本的全部设置：要改哪一项，去掉行首的“# ”再改；
# 改样式时，方括号一行（如 # [style.body]）也要去掉“# ”。
based_on = "{base}"
name = "{name}"
title = {title}

"""


def is_of_office(name: str, layouts_dir: Path | None) -> bool:
    """Whether a layout is the office's own, not the library's."""
    return layouts_dir is not None and (layouts_dir / name / FILE).is_file()


def check_layout(name: str, layouts_dir: Path | None = None) -> None:
    """Read a layout with its CSS; raises `LayoutInvalid` naming every field that is wrong."""
    read_layout(name, layouts_dir)


def new_layout(name: str, base: str, layouts_dir: Path, *, title: str = "") -> Path:
    """Make a folder with a commented layout.toml; raises `LayoutInvalid` for a name that is taken.

    What the base says itself stands in it as comments, so that nothing changes before it is meant.
    """
    if not NAME.fullmatch(name) or name in NO_NAMES:
        raise LayoutInvalid(name, "name", "版式名只能用小写字母、数字、下划线和短横。")
    if (layouts_dir / name).exists() or (LIBRARY / name).exists():
        raise LayoutInvalid(name, "name", "已有这个名字，请另取一个。")
    check_layout(base, layouts_dir)
    title = title or read_layout(base, layouts_dir).title
    folder = layouts_dir if is_of_office(base, layouts_dir) else LIBRARY
    said = (folder / base / FILE).read_text(encoding="utf-8").splitlines()
    settings = [
        line if not line or line.startswith("#") else f"# {line}"
        for line in said
        if not OWN.match(line)
    ]
    head = HEAD.format(name=name, base=base, title=json.dumps(title, ensure_ascii=False))
    path = layouts_dir / name / FILE
    path.parent.mkdir(parents=True)
    path.write_text(head + "\n".join(settings) + "\n", encoding="utf-8")
    try:
        check_layout(name, layouts_dir)
    except LayoutInvalid:
        remove_layout(name, layouts_dir)
        raise
    return path


def write_layout(name: str, files: Files, layouts_dir: Path) -> None:
    """Write the files of an office's own layout, each whole or not at all."""
    toml, css = files
    path = layouts_dir / name / FILE
    write_durably(path, toml)
    if css is None:
        path.with_name(PAGE_CSS).unlink(missing_ok=True)
    else:
        write_durably(path.with_name(PAGE_CSS), css)


def remove_layout(name: str, layouts_dir: Path) -> None:
    """Remove the files of an office's own layout, and its folder where nothing else lies in it."""
    folder = layouts_dir / name
    for file in (FILE, PAGE_CSS):
        (folder / file).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def sample_source(name: str, layouts_dir: Path | None = None) -> dict[str, Any]:
    """The sample text as the JSON form of an issue in that layout."""
    check_layout(name, layouts_dir)
    source: dict[str, Any] = json.loads(SAMPLE.read_text(encoding="utf-8"))
    return source | {"layout": name}
